// What every handler finds in its context.

import type { Env } from "../env.ts";

export interface Gateway {
  Bindings: Env;
  Variables: {
    /** Whose data: set by `authenticate` and part of every query. */
    tenant: string;
    /** The key that was sent, by its public name: set by `authenticate`, for the log. */
    keyId: string;
    requestId: string;
    /** Calls of objects for this request, and their time added up. */
    objects: { calls: number; ms: number };
  };
}
