// What a request is for. It is stated by a header, or by the key where that has one purpose alone; a key that is limited to
// some purposes may state no other.

import type { Context } from "hono";
import * as v from "valibot";
import { fail, unwrap } from "@eigentwin/core";
import type { Caller } from "./caller.ts";
import type { Gateway } from "./context.ts";

export const purposeSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,62}$/, "a purpose is a word of at most 63 lower-case letters, digits and dashes"),
);

/** Of a schema of headers; `valid` has checked it before `purposeOf` reads it. */
export const purposeHeader = {
  "eigentwin-purpose": v.optional(
    v.pipe(purposeSchema, v.description("What for: personal twins are read for a purpose that they consent to")),
  ),
};

export const mayState = ({ purposes }: Caller, purpose: string): boolean =>
  purposes.length === 0 || purposes.includes(purpose);

export const notStated = ({ purposes }: Caller, purpose: string) =>
  fail("auth.purpose-not-allowed", `this key does not ask for the purpose "${purpose}"`, {
    hint: `It may ask for ${purposes.join(", ")}.`,
  });

export function statedPurpose(caller: Caller, stated: string | undefined): string | null {
  const { purposes } = caller;
  if (stated === undefined) return purposes.length === 1 ? (purposes[0] ?? null) : null;
  return mayState(caller, stated) ? stated : unwrap(notStated(caller, stated));
}

export const purposeOf = (c: Context<Gateway>): string | null =>
  statedPurpose(c.get("caller"), c.req.header("eigentwin-purpose"));
