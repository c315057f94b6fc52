// Schemas of keys and of what tells a new one.

import * as v from "valibot";
import { EVERYTHING, SCOPES, type Scope } from "../scopes.ts";
import { purposeSchema } from "../purpose.ts";
import { instant } from "./twin-schemas.ts";

export const nameSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const scope = v.picklist(
  [EVERYTHING, ...(Object.keys(SCOPES) as Scope[])],
  ({ received }) => `there is no scope ${received}`,
);

export const scopesSchema = v.pipe(
  v.array(scope),
  v.minLength(1, "a key has at least one scope"),
  v.transform((scopes) => [...new Set(scopes)].sort()),
);

export const twinTypesSchema = v.pipe(
  v.array(
    v.pipe(
      v.string(),
      v.regex(/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/, "a twin type without its major, for example aerospace.engine"),
    ),
  ),
  v.maxLength(20, "a key is limited to at most 20 twin types"),
  v.transform((types) => [...new Set(types)].sort()),
  v.description("Without majors; none means all. The key sees only twins of these types, and runs about them"),
);

const purposesSchema = v.pipe(
  v.array(purposeSchema),
  v.maxLength(20, "a key is limited to at most 20 purposes"),
  v.transform((purposes) => [...new Set(purposes)].sort()),
  v.description(
    "What the key may ask for of personal twins; none means whatever it states. One alone need not be stated",
  ),
);

export const keyDraft = v.strictObject({
  name: nameSchema,
  scopes: v.pipe(scopesSchema, v.description("`*`, or `<kind>:read` and `<kind>:write`")),
  twinTypes: v.optional(twinTypesSchema),
  purposes: v.optional(purposesSchema),
  expiresAt: v.optional(
    v.pipe(
      instant,
      v.check((text) => Date.parse(text) > Date.now(), "this is over already: a key ends in the future"),
      v.description("In the future; left out, as the key that makes it"),
    ),
  ),
});

const MONTH_S = 30 * 24 * 60 * 60;

export const rotation = v.strictObject({
  overlapSeconds: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.maxValue(MONTH_S, "an overlap is at most 30 days"),
    v.description("For so long the old key works beside the new one"),
  ),
});

export const keyAnswer = v.object({
  id: v.string(),
  name: v.string(),
  scopes: v.array(v.string()),
  twinTypes: v.array(v.string()),
  purposes: v.array(v.string()),
  createdAt: v.string(),
  lastUsedAt: v.pipe(v.nullable(v.string()), v.description("To the minute, and never before it was made")),
  expiresAt: v.nullable(v.string()),
  revokedAt: v.nullable(v.string()),
});

export const newKeyAnswer = v.object({
  ...keyAnswer.entries,
  key: v.pipe(v.string(), v.description("Shown this once and never again")),
});
