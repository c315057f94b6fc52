// Models: what training runs learned, with the verdict of their comparison.

import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { model } from "@eigentwin/index";
import type { Env } from "../../env.ts";
import { manifests } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { afterId, page, pageQuery } from "../paging.ts";
import { valid } from "../validate.ts";

const modelAnswer = v.object({
  id: v.string(),
  title: v.string(),
  plugin: v.string(),
  pluginVersion: v.string(),
  format: v.pipe(v.string(), v.description("How it is laid out, with its major")),
  readBy: v.pipe(v.array(v.string()), v.description("The bound capabilities that read this format")),
  digest: v.string(),
  run: v.string(),
  verdict: v.looseObject({ word: v.string() }),
  synthetic: v.boolean(),
  createdAt: v.string(),
  erasedFromAt: v.pipe(
    v.nullable(v.string()),
    v.description("When somebody was erased from the dataset that it was trained on: train it anew"),
  ),
});

const facts = {
  id: model.id,
  title: model.title,
  plugin: model.plugin,
  pluginVersion: model.pluginVersion,
  format: model.format,
  digest: model.digest,
  run: model.run,
  verdict: model.verdict,
  synthetic: model.synthetic,
  createdAt: model.createdAt,
  erasedFromAt: model.erasedFromAt,
};

/** Adds to a model which bound capabilities read it. */
async function readersOf(env: Env) {
  const capabilities = (await manifests(env)).flatMap((manifest) => manifest.capabilities);
  return <Model extends { format: string }>(row: Model) => ({
    ...row,
    readBy: capabilities.filter(({ reads = [] }) => reads.includes(row.format)).map(({ id }) => id),
  });
}

export const models = new Hono<Gateway>()
  .get(
    "/",
    describe({
      tag: "models",
      access: "models:read",
      summary: "List models",
      answer: v.object({ items: v.array(modelAnswer), next: v.nullable(v.string()) }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await drizzle(c.env.INDEX)
        .select(facts)
        .from(model)
        .where(and(eq(model.tenant, c.get("tenant")), gt(model.id, afterId(cursor))))
        .orderBy(asc(model.id))
        .limit(limit + 1);
      const readers = await readersOf(c.env);
      return c.json(page(rows.map(readers), limit));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "models",
      access: "models:read",
      summary: "Read what a model is",
      answer: modelAnswer,
      problems: ["model.not-found"],
    }),
    async (c) => {
      const id = c.req.param("id");
      const [row] = await drizzle(c.env.INDEX)
        .select(facts)
        .from(model)
        .where(and(eq(model.tenant, c.get("tenant")), eq(model.id, id)));
      if (!row) return refuse("model.not-found", `there is no model ${id}`);
      return c.json((await readersOf(c.env))(row));
    },
  );
