// Models: what training runs learned, with the verdict of their comparison.

import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { model } from "@eigentwin/index";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { afterId, page, pageQuery } from "../paging.ts";
import { valid } from "../validate.ts";

const modelAnswer = v.object({
  id: v.string(),
  title: v.string(),
  plugin: v.string(),
  pluginVersion: v.string(),
  digest: v.string(),
  run: v.string(),
  verdict: v.looseObject({ word: v.string() }),
  synthetic: v.boolean(),
  createdAt: v.string(),
});

const facts = {
  id: model.id,
  title: model.title,
  plugin: model.plugin,
  pluginVersion: model.pluginVersion,
  digest: model.digest,
  run: model.run,
  verdict: model.verdict,
  synthetic: model.synthetic,
  createdAt: model.createdAt,
};

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
      return c.json(page(rows, limit));
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
      return c.json(row ?? refuse("model.not-found", `there is no model ${id}`));
    },
  );
