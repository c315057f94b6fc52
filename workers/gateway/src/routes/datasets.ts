// Datasets: immutable tables. Files in an industry's own format come in by /v1/imports.

import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse, ROLES } from "@eigentwin/core";
import { dataset } from "@eigentwin/index";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { keepDataset } from "../keep-dataset.ts";
import { decodeCursor, page, pageQuery } from "../paging.ts";
import { valid } from "../validate.ts";

const column = v.object({
  name: v.pipe(v.string(), v.minLength(1)),
  role: v.picklist(ROLES),
  unit: v.string(),
  title: v.optional(v.string()),
});

export const datasetAnswer = v.object({
  id: v.string(),
  title: v.string(),
  rows: v.number(),
  columns: v.array(column),
  digest: v.string(),
  synthetic: v.boolean(),
});

const draft = v.strictObject({
  title: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  synthetic: v.optional(v.boolean(), false),
  columns: v.pipe(v.array(v.strictObject({ ...column.entries, values: v.array(v.number()) })), v.minLength(1)),
});

const facts = {
  id: dataset.id,
  title: dataset.title,
  rows: dataset.rows,
  columns: dataset.columns,
  digest: dataset.digest,
  synthetic: dataset.synthetic,
};

export const datasets = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "datasets",
      summary: "Store a dataset",
      description: "One column has the role `individual`: it says to whom a row belongs, and splits are made by it.",
      status: 201,
      answer: datasetAnswer,
      problems: ["request.malformed", "request.too-large", "dataset.malformed", "dataset.no-individual"],
    }),
    valid("json", draft),
    async (c) => {
      const { title, synthetic, columns } = c.req.valid("json");
      const info = await keepDataset(c.env, {
        tenant: c.get("tenant"),
        title,
        synthetic,
        columns: columns.map(({ values: _values, ...facts }) => facts as typeof facts & { title: string }),
        values: columns.map(({ values }) => Float64Array.from(values)),
      });
      return c.json(info, 201, { location: `/v1/datasets/${info.id}` });
    },
  )
  .get(
    "/",
    describe({
      tag: "datasets",
      summary: "List datasets",
      answer: v.object({ items: v.array(datasetAnswer), next: v.nullable(v.string()) }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await drizzle(c.env.INDEX)
        .select(facts)
        .from(dataset)
        .where(and(eq(dataset.tenant, c.get("tenant")), gt(dataset.id, decodeCursor(cursor))))
        .orderBy(asc(dataset.id))
        .limit(limit + 1);
      return c.json(page(rows, limit));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "datasets",
      summary: "Read what a dataset is",
      answer: datasetAnswer,
      problems: ["dataset.not-found"],
    }),
    async (c) => {
      const id = c.req.param("id");
      const [row] = await drizzle(c.env.INDEX)
        .select(facts)
        .from(dataset)
        .where(and(eq(dataset.tenant, c.get("tenant")), eq(dataset.id, id)));
      return c.json(row ?? refuse("dataset.not-found", `there is no dataset ${id}`));
    },
  );
