// Points of twins: appended in batches, read by range, by bucket or as a picture.

import { toJsonSchema } from "@valibot/to-json-schema";
import { Hono } from "hono";
import * as v from "valibot";
import { durationMs, unwrap, type JsonSchema, type Series } from "@eigentwin/core";
import { AGGREGATES, type TwinOrBranch } from "@eigentwin/twins";
import type { Gateway } from "../context.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { knownTwinOrBranch } from "../known.ts";
import { decodeCursor, encodeCursor } from "../paging.ts";
import { receivePoints } from "../points/receive.ts";
import { purposeHeader } from "../purpose.ts";
import { writeToken } from "../query/write-token.ts";
import { readableTwin } from "../readable.ts";
import { valid } from "../validate.ts";
import { appendAnswer, appendQuery, MOST_POINTS, pointsBody, seriesAnswer, seriesQuery } from "./stream-schemas.ts";
import { twinOrBranchId, twinOrBranchParam } from "./twin-schemas.ts";

/** The time as of which the first page was read, and where the next one begins; Unix milliseconds. */
const SERIES_KEY = /^(-?\d{1,15}) (-?\d{1,15})$/;

const CSV: JsonSchema = {
  type: "string",
  description:
    "Long: `stream,observedAt,value` and perhaps `unit`, a line a point. Wide: `observedAt`, then a column a stream; an empty cell is no point.",
};

type Query = v.InferOutput<typeof seriesQuery>;
type Range = { from?: string; to?: string };

export const streams = new Hono<Gateway>()
  .post(
    "/:id/points",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Append points",
      description:
        `All or nothing, unless \`mode=partial\`. At most ${MOST_POINTS} points, 2 MiB as sent and 16 MiB unpacked; ` +
        "`Content-Encoding: gzip` is taken. The same points again are nothing new; another value at the same time is a " +
        "correction and both are kept.",
      bodies: {
        "application/json": toJsonSchema(pointsBody, { typeMode: "input", errorMode: "ignore" }) as JsonSchema,
        "text/csv": CSV,
      },
      answer: appendAnswer,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "twin.not-found",
        "branch.not-found",
        "branch.limit-reached",
        "stream.unknown",
        "stream.unit-unknown",
        "stream.value-not-finite",
        "stream.point-too-old",
      ],
    }),
    valid("param", twinOrBranchParam),
    valid("query", appendQuery),
    async (c) => {
      const { mode, results } = c.req.valid("query");
      const options = { isPartial: mode === "partial", isEach: results === "each", by: c.get("caller").keyId };
      const points = await receivePoints(c.req.raw, options.isPartial);
      const { id } = c.req.valid("param");
      const twin = await knownTwinOrBranch(c.env, c.get("caller"), id);
      const { sequence, ...appended } = unwrap(await twin.append(points, options));
      return c.json(appended, 200, writeToken({ id, sequence }));
    },
  )
  .get(
    "/:id/streams/:stream",
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "Read a stream: its points, buckets of them, or a picture",
      description:
        "With `every`, buckets that have points, each with what `aggregate` names. With `points`, at most so many of the " +
        "points, chosen so that a line through them looks like a line through all.",
      answer: seriesAnswer,
      problems: ["twin.not-found", "branch.not-found", "stream.unknown", "stream.too-dense", ...CONSENT_PROBLEMS],
    }),
    valid("header", v.object(purposeHeader)),
    valid("param", v.object({ id: twinOrBranchId, stream: v.string() })),
    valid("query", seriesQuery),
    async (c) => {
      const { id, stream } = c.req.valid("param");
      const query = c.req.valid("query");
      const { range, asOf } = pageOf(query);
      const twin = await readableTwin(c, id);
      const read = query.points === undefined ? (query.every === undefined ? readPoints : readBuckets) : readPicture;
      return c.json({ stream, asOf, ...(await read(twin, stream, range, { ...query, asOf })) });
    },
  );

type Asked = Query & { asOf: string };

async function readPoints(twin: TwinOrBranch, stream: string, range: Range, { asOf, limit }: Asked) {
  const { next, ...series } = unwrap(await twin.series(stream, range, { asOf, limit }));
  return { points: pointsOf(series), next: cursorTo(asOf, next) };
}

async function readBuckets(
  twin: TwinOrBranch,
  stream: string,
  range: Range,
  { asOf, limit, every = "", ...asked }: Asked,
) {
  const { aggregate = AGGREGATES } = asked;
  const everyMs = durationMs(every) ?? 0;
  const { buckets, next } = unwrap(await twin.buckets(stream, range, { asOf, everyMs, limit }));
  return {
    every,
    buckets: buckets.map((bucket) => ({
      from: timeOf(bucket.fromMs),
      ...Object.fromEntries(aggregate.map((of) => [of, bucket[of]])),
    })),
    next: cursorTo(asOf, next),
  };
}

async function readPicture(twin: TwinOrBranch, stream: string, range: Range, { asOf, points = 3, ...asked }: Asked) {
  const { method = "minmax-lttb" } = asked;
  const { total, ...series } = unwrap(await twin.picture(stream, range, { asOf, points, method }));
  return { method, of: total, points: pointsOf(series) };
}

const pointsOf = ({ observedAtMs, values }: Series) =>
  Array.from(values, (value, index) => ({ observedAt: timeOf(observedAtMs[index] ?? 0), value }));

const timeOf = (ms: number): string => new Date(ms).toISOString();

const cursorTo = (asOf: string, next: string | undefined): string | null =>
  next === undefined ? null : encodeCursor([Date.parse(asOf), Date.parse(next)]);

/** Every page of one reading is as of the same time, so corrections on the way do not mix. */
function pageOf({ from, to, asOf = timeOf(Date.now()), cursor }: Query): { range: Range; asOf: string } {
  const end = to !== undefined && { to };
  if (cursor === undefined) return { range: { ...(from !== undefined && { from }), ...end }, asOf };
  const [asOfMs = 0, nextMs = 0] = decodeCursor(cursor, SERIES_KEY).map(Number);
  return { range: { from: timeOf(nextMs), ...end }, asOf: timeOf(asOfMs) };
}
