// Who changes a twin and why, as its history keeps it: the key that was used, and what the header `Eigentwin-Reason` says.

import type { Context } from "hono";
import * as v from "valibot";
import type { Author } from "@eigentwin/twins";
import type { Gateway } from "./context.ts";

/** Of a schema of headers; `valid` has checked it before `authorOf` reads it. */
export const reasonHeader = {
  "eigentwin-reason": v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\x20-\x7e]{1,200}$/, "a reason has 1 to 200 printable ASCII characters"),
      v.description("Why: kept in the history beside the key. Up to 200 printable ASCII characters"),
    ),
  ),
};

export const authorOf = (c: Context<Gateway>): Author => ({
  by: c.get("caller").keyId,
  reason: c.req.header("eigentwin-reason") ?? null,
});
