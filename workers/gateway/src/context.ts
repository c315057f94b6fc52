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
  };
}
