// The rows of `errors.ts` about what is told to others and what others tell.

import type { ErrorFacts } from "./twin-errors.ts";

export const EVENT_ERRORS = {
  "webhook.not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "There is no such webhook, or it is not yours.",
  },
  "webhook.address-refused": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The address is not one that the platform calls: not https, not public, or another port.",
  },
  "webhook.not-active": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The webhook is paused, or its address has not answered its challenge.",
  },
  "webhook.too-many": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The tenant has as many webhooks as it may.",
  },
  "hook.not-found": { status: 404, blame: "caller", retry: false, means: "There is no such hook, or it is not yours." },
  "hook.exists": { status: 409, blame: "caller", retry: false, means: "A hook with this id is there already." },
  "hook.too-many": { status: 409, blame: "caller", retry: false, means: "The tenant has as many hooks as it may." },
  "hook.refused": { status: 401, blame: "caller", retry: false, means: "This is not from the sender of a hook here." },
  "hook.too-many-refusals": {
    status: 429,
    blame: "caller",
    retry: true,
    means: "Too much of this was refused lately.",
  },
  "hook.not-mapped": { status: 422, blame: "caller", retry: false, means: "The mapping does not fit the message." },
  "hook.nothing-taken": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "Nothing of the message could be written.",
  },
  "hook.under-way": {
    status: 409,
    blame: "platform",
    retry: true,
    means: "The message is being taken at this moment.",
  },
  "events.too-many-sockets": { status: 409, blame: "platform", retry: true, means: "Too many WebSockets are open." },
} as const satisfies Record<string, ErrorFacts>;
