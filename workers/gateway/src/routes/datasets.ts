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
import { afterId, page, pageQuery } from "../paging.ts";
import { idempotencyKey, valid } from "../validate.ts";

const column = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  role: v.picklist(ROLES),
  unit: v.pipe(v.string(), v.maxLength(100)),
  title: v.optional(v.pipe(v.string(), v.maxLength(200))),
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
  columns: v.pipe(
    v.array(v.strictObject({ ...column.entries, values: v.array(v.number()) })),
    v.minLength(1),
    // What they are is one row of the index.
    v.maxLength(1000, "a dataset has at most 1,000 columns"),
  ),
});

/** As JSON; a file of an import may hold more. */
const MOST_VALUES = 2_000_000;

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
      access: "datasets:write",
      summary: "Store a dataset",
      description:
        "One column has the role `individual`: it says to whom a row belongs, and splits are made by it. At most 2,000,000 values.",
      status: 201,
      answer: datasetAnswer,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "request.key-reused",
        "dataset.malformed",
        "dataset.no-individual",
      ],
    }),
    valid("header", idempotencyKey("Storing the same dataset again under the same key finds the first")),
    valid("json", draft),
    async (c) => {
      const { title, synthetic, columns } = c.req.valid("json");
      const count = columns.reduce((sum, { values }) => sum + values.length, 0);
      if (count > MOST_VALUES)
        refuse("request.too-large", `a dataset has at most ${MOST_VALUES} values as JSON, this one has ${count}`, {
          at: "/columns",
          hint: "Send fewer columns or rows, or a file: POST /v1/imports.",
        });
      const info = await keepDataset(c.env, {
        tenant: c.get("tenant"),
        key: c.req.valid("header")["idempotency-key"],
        title,
        synthetic,
        columns: columns.map(({ values: _values, ...column }) => column),
        values: columns.map(({ values }) => Float64Array.from(values)),
      });
      return c.json(info, 201, { location: `/v1/datasets/${info.id}` });
    },
  )
  .get(
    "/",
    describe({
      tag: "datasets",
      access: "datasets:read",
      summary: "List datasets",
      answer: v.object({ items: v.array(datasetAnswer), next: v.nullable(v.string()) }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await drizzle(c.env.INDEX)
        .select(facts)
        .from(dataset)
        .where(and(eq(dataset.tenant, c.get("tenant")), gt(dataset.id, afterId(cursor))))
        .orderBy(asc(dataset.id))
        .limit(limit + 1);
      return c.json(page(rows, limit));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "datasets",
      access: "datasets:read",
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
