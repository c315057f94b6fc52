// What every handler finds in its context.

import type { Env } from "../env.ts";

export interface Gateway {
  Bindings: Env;
  Variables: {
    /** Whose data: set by `authenticate` and part of every query. */
    tenant: string;
  };
}
