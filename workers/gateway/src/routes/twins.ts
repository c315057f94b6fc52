// Twins and their points.

import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import { twin } from "@eigentwin/index";
import { twinTypeNamed } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { checkAgainst } from "../json-schema.ts";
import { knownTwin, remember } from "../known.ts";
import { decodeCursor, page, pageQuery } from "../paging.ts";
import { twinOf } from "../services.ts";
import { valid } from "../validate.ts";
import {
  appendAnswer,
  idSchema,
  pointsBody,
  rangeQuery,
  seriesAnswer,
  twinAnswer,
  twinDraft,
  twinPage,
} from "./twin-schemas.ts";

const idParam = v.object({ id: idSchema });

export const twins = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "twins",
      summary: "Create a twin",
      status: 201,
      answer: twinAnswer,
      problems: ["request.malformed", "twin.exists", "twin.type-unknown"],
    }),
    valid("json", twinDraft),
    async (c) => {
      const { id = `twin_${crypto.randomUUID()}`, type, properties, synthetic } = c.req.valid("json");
      const declared = await twinTypeNamed(c.env, type);
      checkAgainst(declared.properties, properties, "/properties");
      const tenant = c.get("tenant");
      const draft = { tenant, id, type: { id: type, streams: declared.streams }, properties, synthetic };
      const made = unwrap(await twinOf(c.env, tenant, id).create(draft));
      remember("twin", tenant, id);
      return c.json(made, 201, { location: `/v1/twins/${id}`, etag: `"${made.revision}"` });
    },
  )
  .get(
    "/",
    describe({ tag: "twins", summary: "List twins in order of id", answer: twinPage }),
    valid("query", v.object({ ...pageQuery.entries, type: v.optional(v.string()) })),
    async (c) => {
      const { limit, cursor, type } = c.req.valid("query");
      const mine = eq(twin.tenant, c.get("tenant"));
      const after = gt(twin.id, decodeCursor(cursor));
      const rows = await drizzle(c.env.INDEX)
        .select({
          id: twin.id,
          type: twin.type,
          revision: twin.revision,
          synthetic: twin.synthetic,
          updatedAt: twin.updatedAt,
        })
        .from(twin)
        .where(type === undefined ? and(mine, after) : and(mine, after, eq(twin.type, type)))
        .orderBy(asc(twin.id))
        .limit(limit + 1);
      return c.json(page(rows, limit));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "twins",
      summary: "Read a twin with its streams' last values and its predictions",
      answer: twinAnswer,
      problems: ["twin.not-found"],
    }),
    valid("param", idParam),
    async (c) => {
      const view = unwrap(await (await knownTwin(c.env, c.get("tenant"), c.req.valid("param").id)).view());
      return c.json(view, 200, { etag: `"${view.revision}"` });
    },
  )
  .post(
    "/:id/points",
    describe({
      tag: "twins",
      summary: "Append points",
      description:
        "All or nothing. The same points again are nothing new; another value at the same time is a correction and both are kept.",
      answer: appendAnswer,
      problems: [
        "request.malformed",
        "request.too-large",
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
          await (await knownTwin(c.env, c.get("tenant"), c.req.valid("param").id)).append(c.req.valid("json").points),
        ),
      ),
  )
  .get(
    "/:id/streams/:stream",
    describe({
      tag: "twins",
      summary: "Read a stream",
      answer: seriesAnswer,
      problems: ["twin.not-found", "stream.unknown"],
    }),
    valid("param", v.object({ id: idSchema, stream: v.string() })),
    valid("query", rangeQuery),
    async (c) => {
      const { id, stream } = c.req.valid("param");
      const { from, to, asOf = new Date().toISOString() } = c.req.valid("query");
      const range = { ...(from && { from }), ...(to && { to }) };
      const { observedAtMs, values } = unwrap(
        await (await knownTwin(c.env, c.get("tenant"), id)).series(stream, range, asOf),
      );
      return c.json({
        stream,
        asOf,
        points: Array.from(values, (value, index) => ({
          observedAt: new Date(observedAtMs[index] ?? 0).toISOString(),
          value,
        })),
      });
    },
  );
