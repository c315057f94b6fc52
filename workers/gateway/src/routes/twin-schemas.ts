// Schemas of twins and points, as requests are checked and answers described.

import * as v from "valibot";

export const idSchema = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    "an id has 1 to 128 letters, digits, dots, dashes, colons or underscores",
  ),
);
export const idParam = v.object({ id: idSchema });

const RFC_3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function isInstant(text: string): boolean {
  const day = text.slice(0, 10);
  const [time, midnight] = [new Date(text), new Date(`${day}T00:00:00Z`)];
  if (!RFC_3339.test(text) || Number.isNaN(time.getTime()) || Number.isNaN(midnight.getTime())) return false;
  // Date.parse takes 31 February for 3 March; and an offset may lead out of the years 0000 to 9999.
  return midnight.toISOString().startsWith(day) && time.toISOString().length === 24;
}

/** A time that means one thing: with its zone, on a day that is in the calendar, to the millisecond that is kept. */
export const instant = v.pipe(
  v.string(),
  v.check(
    isInstant,
    "a time is RFC 3339 with a zone and at most 3 decimals of a second, for example 2026-01-31T12:00:00Z",
  ),
  v.description("RFC 3339 with a zone and at most 3 decimals of a second"),
);
const jsonObject = v.record(v.string(), v.unknown());

export const twinDraft = v.strictObject({
  id: v.optional(idSchema),
  type: v.pipe(v.string(), v.description("A twin type with its major, for example aerospace.engine@1")),
  properties: v.optional(jsonObject, {}),
  synthetic: v.optional(
    v.pipe(v.boolean(), v.description("True where no real individual stands behind the twin")),
    false,
  ),
});

export const upgradeBody = v.strictObject({
  to: v.optional(v.pipe(v.string(), v.description("A newer major of the twin's type, for example aerospace.engine@2"))),
});

const prediction = v.object({
  quantity: v.string(),
  value: v.number(),
  unit: v.string(),
  interval: v.object({ lower: v.number(), upper: v.number(), coverage: v.number() }),
  expiresAt: v.string(),
  run: v.string(),
  verdict: v.string(),
  madeAt: v.string(),
});

export const twinAnswer = v.object({
  id: v.string(),
  type: v.string(),
  revision: v.number(),
  sequence: v.number(),
  properties: jsonObject,
  parameters: v.record(v.string(), v.object({ value: v.number(), standardDeviation: v.number(), unit: v.string() })),
  synthetic: v.boolean(),
  streams: v.record(
    v.string(),
    v.object({
      title: v.string(),
      unit: v.string(),
      retention: v.optional(v.pipe(v.string(), v.description("How long points are kept; for good where it is absent"))),
      points: v.number(),
      lastObservedAt: v.nullable(v.string()),
      lastValue: v.nullable(v.number()),
    }),
  ),
  predictions: v.array(prediction),
  upgrade: v.optional(
    v.pipe(
      v.object({
        to: v.string(),
        failure: v.looseObject({ code: v.string(), message: v.string() }),
        triedAt: v.string(),
      }),
      v.description("Why the last upgrade failed; absent where none did"),
    ),
  ),
  createdAt: v.string(),
  updatedAt: v.string(),
});

export const twinPage = v.object({
  items: v.array(
    v.object({ id: v.string(), type: v.string(), revision: v.number(), synthetic: v.boolean(), updatedAt: v.string() }),
  ),
  next: v.nullable(v.string()),
});
