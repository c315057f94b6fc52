// What every handler finds in its context.

import type { Env } from "../env.ts";
import type { Caller } from "./caller.ts";

export interface Gateway {
  Bindings: Env;
  Variables: {
    /** Set by `authenticate`; a public route has none. */
    caller: Caller;
    /** Whose data: the caller's, and part of every query. */
    tenant: string;
    /** The key that was sent, by its public name: set by `authenticate`, for the log. */
    keyId: string;
    requestId: string;
    /** Calls of objects for this request, and their time added up. */
    objects: { calls: number; ms: number };
  };
}
