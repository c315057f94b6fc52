// Schemas of webhooks and of their deliveries.

import * as v from "valibot";
import { eventTypeSchema } from "./event-schemas.ts";
import { instant, twinOrBranchId } from "./twin-schemas.ts";

const url = v.pipe(
  v.string(),
  v.maxLength(2_000),
  v.description("https, a public host, port 443 or 8443, no credentials; redirects are not followed"),
);
const title = v.pipe(v.string(), v.maxLength(200));
const types = v.pipe(
  v.array(eventTypeSchema),
  v.minLength(1, "leave types out for all of them"),
  v.maxLength(50),
  v.description("`run.failed`, or `run.*`; all where left out"),
);
const twins = v.pipe(
  v.array(twinOrBranchId),
  v.minLength(1, "leave twins out for all of them"),
  v.maxLength(200),
  v.description("Only events about these twins, of their runs too"),
);
const overlapSeconds = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.maxValue(7 * 24 * 60 * 60, "an overlap is at most 7 days"),
  v.description("For so long the secret before signs too"),
);

export const webhookDraft = v.strictObject({
  url,
  title: v.optional(title, ""),
  types: v.optional(types),
  twins: v.optional(twins),
});

export const webhookChange = v.strictObject({
  url: v.optional(url),
  title: v.optional(title),
  types: v.optional(v.nullable(types)),
  twins: v.optional(v.nullable(twins)),
});

export const secretRotation = v.strictObject({ overlapSeconds });
export const replayFrom = v.strictObject({
  from: v.pipe(instant, v.description("Goes on from the first event that came then or later")),
});
export const redriveWhich = v.strictObject({
  event: v.optional(
    v.pipe(v.string(), v.maxLength(100), v.description("The id of one event; all that failed where left out")),
  ),
});

export const webhookAnswer = v.object({
  id: v.string(),
  url: v.string(),
  title: v.string(),
  types: v.nullable(v.array(v.string())),
  twins: v.nullable(v.array(v.string())),
  twinTypes: v.pipe(v.array(v.string()), v.description("Those of the key that made it: it is told of no others")),
  state: v.picklist(["unverified", "active", "paused"]),
  pausedBecause: v.nullable(v.picklist(["asked", "failing"])),
  failingSince: v.nullable(v.string()),
  pending: v.pipe(v.number(), v.description("Fetched from the feed and not delivered yet")),
  failed: v.pipe(v.number(), v.description("Given up after 15 attempts; redrive tries them again")),
  createdAt: v.string(),
});

export const withSecret = v.object({
  webhook: webhookAnswer,
  secret: v.pipe(v.string(), v.description("Signs as Standard Webhooks says. Shown this once and never again")),
});

export const deliveryAnswer = v.object({
  number: v.number(),
  event: v.string(),
  type: v.string(),
  state: v.picklist(["pending", "delivered", "failed"]),
  attempts: v.number(),
  status: v.nullable(v.number()),
  fault: v.nullable(v.string()),
  lastAttemptAt: v.nullable(v.string()),
  nextAttemptAt: v.nullable(v.string()),
});
