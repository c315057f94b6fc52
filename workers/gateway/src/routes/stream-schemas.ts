// Schemas of points and streams, as requests are checked and answers described.

import * as v from "valibot";
import { durationMs } from "@eigentwin/core";
import { AGGREGATES, METHODS } from "@eigentwin/twins";
import { pageQueryOf } from "../paging.ts";
import { instant } from "./twin-schemas.ts";

export const MOST_POINTS = 100_000;

const name = v.pipe(v.string(), v.maxLength(128));

/** Infinity is let through to be refused by name: JSON says it as 1e999. */
export const pointSchema = v.strictObject({
  stream: name,
  observedAt: instant,
  value: v.pipe(v.number("a value is a number"), v.description("In the stream's own unit, or in `unit`")),
  unit: v.optional(v.pipe(name, v.description("UCUM code of a unit that converts into the stream's own"))),
});

export const pointsBody = v.strictObject({
  points: v.pipe(v.array(pointSchema), v.minLength(1), v.maxLength(MOST_POINTS)),
});

export const appendQuery = v.strictObject({
  mode: v.optional(
    v.pipe(
      v.picklist(["all", "partial"], "a mode is all or partial"),
      v.description(
        "`all`: the first bad point refuses the batch. `partial`: the good ones are taken, each bad one is told",
      ),
    ),
    "all",
  ),
  results: v.optional(
    v.pipe(
      v.picklist(["each"], "results are told for each"),
      v.description("Tells what became of each point, in order"),
    ),
  ),
});

const failure = v.object({
  code: v.string(),
  message: v.string(),
  at: v.optional(v.string()),
  hint: v.optional(v.string()),
});

export const appendAnswer = v.object({
  accepted: v.pipe(v.number(), v.description("New points")),
  unchanged: v.pipe(v.number(), v.description("Known with the same value")),
  corrected: v.pipe(v.number(), v.description("Known with another value; both are kept")),
  refused: v.optional(
    v.pipe(
      v.array(v.object({ index: v.number(), failure })),
      v.description("With mode=partial: what was not taken, by its index in the batch"),
    ),
  ),
  results: v.optional(v.array(v.picklist(["accepted", "unchanged", "corrected", "refused"]))),
});

const whole = (least: number, most: number, what: string) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, `${what} is a whole number`),
    v.transform(Number),
    v.minValue(least, `${what} is at least ${least}`),
    v.maxValue(most, `${what} is at most ${most}`),
  );

const every = v.pipe(
  v.string(),
  v.check(
    (text) => durationMs(text) !== undefined,
    "a bucket's length is an ISO 8601 duration without months and years, for example PT1H",
  ),
  v.description("Length of a bucket, for example PT1H; buckets are aligned to 1970-01-01T00:00:00Z"),
);

const aggregates = v.pipe(
  v.string(),
  v.transform((text) => [...new Set(text.split(","))]),
  v.array(v.picklist(AGGREGATES, `an aggregate is one of ${AGGREGATES.join(", ")}`)),
  v.description(`What is told of each bucket, some of ${AGGREGATES.join(",")}, with commas`),
);

const { limit, cursor } = pageQueryOf(10_000, 1000).entries;

export const seriesQuery = v.pipe(
  v.strictObject({
    from: v.optional(v.pipe(instant, v.description("The first time that is read"))),
    to: v.optional(v.pipe(instant, v.description("The first time that is not read"))),
    asOf: v.optional(v.pipe(instant, v.description("As it was known then; a cursor keeps that of its first page"))),
    limit,
    cursor,
    every: v.optional(every),
    aggregate: v.optional(aggregates),
    points: v.optional(
      v.pipe(
        whole(3, 10_000, "a number of points"),
        v.description("For a picture: at most so many points that look like all"),
      ),
    ),
    method: v.optional(
      v.pipe(v.picklist(METHODS, `a method is one of ${METHODS.join(", ")}`), v.description("How they are chosen")),
    ),
  }),
  v.forward(
    v.check(
      ({ every: bucket, aggregate }) => aggregate === undefined || bucket !== undefined,
      "an aggregate needs `every`",
    ),
    ["aggregate"],
  ),
  v.forward(
    v.check(({ points, method }) => method === undefined || points !== undefined, "a method needs `points`"),
    ["method"],
  ),
  v.forward(
    v.check(({ points, every: bucket }) => points === undefined || bucket === undefined, "a picture has no buckets"),
    ["points"],
  ),
  v.forward(
    v.check(({ points, cursor: page }) => points === undefined || page === undefined, "a picture has one page"),
    ["cursor"],
  ),
);

const points = v.array(v.object({ observedAt: v.string(), value: v.number() }));
const head = { stream: v.string(), asOf: v.string() };
const next = v.nullable(v.string());
const figures = Object.fromEntries(AGGREGATES.map((aggregate) => [aggregate, v.optional(v.number())]));

export const seriesAnswer = v.union([
  v.object({ ...head, points, next }),
  v.object({ ...head, every: v.string(), buckets: v.array(v.object({ from: v.string(), ...figures })), next }),
  v.object({
    ...head,
    method: v.string(),
    of: v.pipe(v.number(), v.description("How many points the picture stands for")),
    points,
  }),
]);
