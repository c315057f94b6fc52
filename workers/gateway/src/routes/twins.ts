// Twins and their points.

import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono, type Context } from "hono";
import { etag } from "hono/etag";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import { twin } from "@eigentwin/index";
import type { TwinView } from "@eigentwin/twins";
import { seen } from "../caller.ts";
import { twinTypeNamed } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { checkAgainst, PROPERTIES_HINT } from "../json-schema.ts";
import { knownTwin, remember } from "../known.ts";
import { afterId, decodeCursor, encodeCursor, page, pageQuery } from "../paging.ts";
import { twinAt, upgraderOf } from "../services.ts";
import { valid } from "../validate.ts";
import {
  appendAnswer,
  idParam,
  idSchema,
  pointsBody,
  seriesAnswer,
  seriesQuery,
  twinAnswer,
  twinDraft,
  twinPage,
  upgradeBody,
} from "./twin-schemas.ts";

/** Of the state as a whole: points and findings change the sequence, everything else the revision too. */
const etagOf = ({ revision, sequence }: { revision: number; sequence: number }) => `"r${revision}-s${sequence}"`;

const conditional = v.object({ "if-none-match": v.optional(v.string()) });

/** The time as of which the first page was read, and the time of its last point; Unix milliseconds. */
const SERIES_KEY = /^(-?\d{1,15}) (-?\d{1,15})$/;

export const twins = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Create a twin",
      status: 201,
      answer: twinAnswer,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "twin.exists",
        "twin.type-unknown",
      ],
    }),
    valid("json", twinDraft),
    async (c) => {
      const { id = `twin_${crypto.randomUUID()}`, type, properties, synthetic } = c.req.valid("json");
      const declared = await twinTypeNamed(c.env, c.get("caller"), type);
      checkAgainst(declared.properties, properties, "/properties", PROPERTIES_HINT);
      const tenant = c.get("tenant");
      const draft = { tenant, id, type: { id: type, streams: declared.streams }, properties, synthetic };
      const made = unwrap(await twinAt(c.env, tenant, id).create(draft));
      remember("twin", c.get("caller"), id, type);
      return c.json(made, 201, { location: `/v1/twins/${id}`, etag: etagOf(made) });
    },
  )
  .get(
    "/",
    describe({ tag: "twins", access: "twins:read", summary: "List twins in order of id", answer: twinPage }),
    valid("query", v.strictObject({ ...pageQuery.entries, type: v.optional(v.string()) })),
    async (c) => {
      const { limit, cursor, type } = c.req.valid("query");
      const mine = eq(twin.tenant, c.get("tenant"));
      const after = gt(twin.id, afterId(cursor));
      const rows = await drizzle(c.env.INDEX)
        .select({
          id: twin.id,
          type: twin.type,
          revision: twin.revision,
          synthetic: twin.synthetic,
          updatedAt: twin.updatedAt,
        })
        .from(twin)
        .where(and(mine, after, seen(c.get("caller"), twin.type), type === undefined ? undefined : eq(twin.type, type)))
        .orderBy(asc(twin.id))
        .limit(limit + 1);
      return c.json(page(rows, limit));
    },
  )
  .get(
    "/:id",
    etag(),
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "Read a twin with its streams' last values and its predictions",
      hasEtag: true,
      answer: twinAnswer,
      problems: ["twin.not-found"],
    }),
    valid("header", conditional),
    valid("param", idParam),
    async (c) => {
      return answerTwin(c, unwrap(await (await knownTwin(c.env, c.get("caller"), c.req.valid("param").id)).view()));
    },
  )
  .post(
    "/:id/points",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Append points",
      description:
        "All or nothing. The same points again are nothing new; another value at the same time is a correction and both are kept.",
      answer: appendAnswer,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "twin.not-found",
        "stream.unknown",
        "stream.unit-unknown",
        "stream.value-not-finite",
      ],
    }),
    valid("param", idParam),
    valid("json", pointsBody),
    async (c) =>
      c.json(
        unwrap(
          await (await knownTwin(c.env, c.get("caller"), c.req.valid("param").id)).append(c.req.valid("json").points),
        ),
      ),
  )
  .post(
    "/:id/upgrade",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Upgrade a twin to a newer major of its type",
      description:
        "A question that needs the newer major does so by itself. Where it fails the twin stays what it is, and says why " +
        "under `upgrade`. Without `to`, to the newest that can be reached; where it is there already, nothing changes.",
      answer: twinAnswer,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "twin.not-found",
        "twin.no-upgrade",
        "twin.upgrade-failed",
      ],
    }),
    valid("param", idParam),
    valid("json", upgradeBody),
    async (c) => {
      const { id } = c.req.valid("param");
      const { to } = c.req.valid("json");
      const caller = c.get("caller");
      const [{ tenant }, twin] = [caller, await knownTwin(c.env, caller, id)];
      unwrap(await upgraderOf(c.env, tenant, id).upgrade({ tenant, id, ...(to !== undefined && { to }) }));
      return answerTwin(c, unwrap(await twin.view()));
    },
  )
  .post(
    "/:id/undo-upgrade",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Undo the last upgrade of a twin",
      description:
        "Type, properties and streams are as before it, as a new revision. Points that came since stay in the streams that " +
        "they belong to; those of a stream that only the newer type has are kept, and come back with it.",
      answer: twinAnswer,
      problems: ["twin.not-found", "twin.not-upgraded"],
    }),
    valid("param", idParam),
    async (c) =>
      answerTwin(c, unwrap(await (await knownTwin(c.env, c.get("caller"), c.req.valid("param").id)).undoUpgrade())),
  )
  .get(
    "/:id/streams/:stream",
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "Read a stream",
      answer: seriesAnswer,
      problems: ["twin.not-found", "stream.unknown"],
    }),
    valid("param", v.object({ id: idSchema, stream: v.string() })),
    valid("query", seriesQuery),
    async (c) => {
      const { id, stream } = c.req.valid("param");
      const { limit, cursor, ...query } = c.req.valid("query");
      const { range, asOf } = pageOfSeries(query, cursor);
      const twin = await knownTwin(c.env, c.get("caller"), id);
      const { observedAtMs, values } = unwrap(await twin.series(stream, range, { asOf, limit: limit + 1 }));
      const points = Array.from(values, (value, index) => ({ observedAt: timeOf(observedAtMs[index] ?? 0), value }));
      const last = observedAtMs[limit - 1];
      const next = points.length > limit && last !== undefined ? encodeCursor([Date.parse(asOf), last]) : null;
      return c.json({ stream, asOf, points: points.slice(0, limit), next });
    },
  );

const answerTwin = (c: Context<Gateway>, view: TwinView): Response => c.json(view, 200, { etag: etagOf(view) });

const timeOf = (ms: number): string => new Date(ms).toISOString();

/** Every page of one reading is as of the same time, so corrections on the way do not mix. */
function pageOfSeries(
  { from, to, asOf = timeOf(Date.now()) }: { from?: string; to?: string; asOf?: string },
  cursor?: string,
) {
  const end = to !== undefined && { to };
  if (cursor === undefined) return { range: { ...(from !== undefined && { from }), ...end }, asOf };
  const [asOfMs, lastMs] = decodeCursor(cursor, SERIES_KEY).map(Number);
  return { range: { from: timeOf((lastMs ?? 0) + 1), ...end }, asOf: timeOf(asOfMs ?? 0) };
}
