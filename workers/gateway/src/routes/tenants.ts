// Tenants, for administrators: they see that a tenant is there and how it stands, and nothing of what it holds.

import { and, asc, eq, gt, inArray, ne, notExists, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import { refuse } from "@eigentwin/core";
import { apiKey, tenant, type TenantState } from "@eigentwin/index";
import { insertSelected } from "@eigentwin/index/insert";
import { log } from "@eigentwin/logging";
import { tenantOf } from "@eigentwin/runs";
import type { Env } from "../../env.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { newKey } from "../new-key.ts";
import { afterId, page, pageQuery } from "../paging.ts";
import { EVERYTHING } from "../scopes.ts";
import { isNamed, tenantFacts, tenantNamed } from "../tenant-named.ts";
import { valid } from "../validate.ts";
import { forgetVerified } from "../verified.ts";
import { newKeyAnswer } from "./key-schemas.ts";
import {
  ADMINISTRATION,
  confirmed,
  newTenantAnswer,
  tenantAnswer,
  tenantDraft,
  tenantPage,
  tenantParam,
} from "./tenant-schemas.ts";

/** Takes effect within 5 s: so long a verified key is believed. */
async function moveTo(env: Env, id: string, to: "active" | "suspended") {
  const from: TenantState[] = ["active", "suspended"];
  await drizzle(env.INDEX)
    .update(tenant)
    .set({ state: to })
    .where(and(isNamed(id), inArray(tenant.state, from)));
  forgetVerified();
  const now = await tenantNamed(env, id);
  if (now.state !== to)
    refuse("tenant.busy", `tenant ${id} is ${now.state}`, { hint: "Look again: GET /v1/tenants/{id}." });
  return now;
}

export const tenants = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "tenants",
      access: "tenants:write",
      summary: "Create a tenant, with its first key",
      status: 201,
      answer: newTenantAnswer,
      problems: ["request.malformed", "request.too-large", "request.unsupported-media-type", "tenant.exists"],
    }),
    valid("json", tenantDraft),
    async (c) => {
      const { id, name } = c.req.valid("json");
      const index = drizzle(c.env.INDEX);
      const { row, answer } = await newKey(id, "first", {
        scopes: [EVERYTHING],
        twinTypes: [],
        purposes: [],
        expiresAt: null,
      });
      const made = { id, name, createdAt: answer.createdAt, state: "active" as const };
      const itsKeys = index.select({ id: apiKey.id }).from(apiKey).where(eq(apiKey.tenant, id));
      // One transaction: the key is inserted where the tenant has come into being by the statement before.
      const [{ meta }] = await index.batch([
        index.insert(tenant).values(made).onConflictDoNothing(),
        insertSelected(
          index,
          apiKey,
          row,
          sql`FROM ${tenant} WHERE ${and(isNamed(id), eq(tenant.createdAt, made.createdAt), notExists(itsKeys))}`,
        ),
      ]);
      if (meta.changes === 0)
        return refuse("tenant.exists", `there is a tenant ${id} already, or the id is reserved`, {
          at: "/id",
          hint: "Choose another id.",
        });
      return c.json({ ...made, key: answer }, 201, { location: `/v1/tenants/${id}` });
    },
  )
  .get(
    "/",
    describe({ tag: "tenants", access: "tenants:read", summary: "List tenants", answer: tenantPage }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await drizzle(c.env.INDEX)
        .select(tenantFacts)
        .from(tenant)
        .where(and(ne(tenant.id, ADMINISTRATION), gt(tenant.id, afterId(cursor))))
        .orderBy(asc(tenant.id))
        .limit(limit + 1);
      return c.json(page(rows, limit));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "tenants",
      access: "tenants:read",
      summary: "See how a tenant stands",
      answer: tenantAnswer,
      problems: ["tenant.not-found"],
    }),
    valid("param", tenantParam),
    async (c) => c.json(await tenantNamed(c.env, c.req.valid("param").id)),
  )
  .post(
    "/:id/suspend",
    describe({
      tag: "tenants",
      access: "tenants:write",
      summary: "Suspend a tenant: nothing of it is readable or writable",
      description:
        "Within 5 seconds. Runs that compute go on to the end of their attempt; no other attempt begins before it is resumed.",
      answer: tenantAnswer,
      problems: ["tenant.not-found", "tenant.busy"],
    }),
    valid("param", tenantParam),
    async (c) => c.json(await moveTo(c.env, c.req.valid("param").id, "suspended")),
  )
  .post(
    "/:id/resume",
    describe({
      tag: "tenants",
      access: "tenants:write",
      summary: "Resume a suspended tenant",
      answer: tenantAnswer,
      problems: ["tenant.not-found", "tenant.busy"],
    }),
    valid("param", tenantParam),
    async (c) => c.json(await moveTo(c.env, c.req.valid("param").id, "active")),
  )
  .post(
    "/:id/keys",
    describe({
      tag: "tenants",
      access: "tenants:write",
      summary: "Make another first key of a tenant, where its keys were lost",
      description:
        "With the scope `*`, shown once. The tenant sees it among its keys; those that it has stay good. Who made it is logged.",
      status: 201,
      answer: newKeyAnswer,
      problems: ["tenant.not-found", "tenant.busy"],
    }),
    valid("param", tenantParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const { state, createdAt } = await tenantNamed(c.env, id);
      const index = drizzle(c.env.INDEX);
      const rights = { scopes: [EVERYTHING], twinTypes: [], purposes: [], expiresAt: null };
      const { row, answer } = await newKey(id, "made by an administrator", rights);
      const isThere = and(isNamed(id), eq(tenant.createdAt, createdAt), inArray(tenant.state, ["active", "suspended"]));
      const { meta } = await insertSelected(index, apiKey, row, sql`FROM ${tenant} WHERE ${isThere}`);
      if (meta.changes === 0)
        return refuse("tenant.busy", `tenant ${id} is ${state}`, { hint: "Look again: GET /v1/tenants/{id}." });
      log("info", "key of a tenant made by an administrator", {
        tenant: id,
        key: answer.id,
        by: c.get("caller").keyId,
      });
      return c.json(answer, 201, { location: `/v1/keys/${answer.id}` });
    },
  )
  .delete(
    "/:id",
    describe({
      tag: "tenants",
      access: "tenants:write",
      summary: "Delete a tenant and everything of it",
      description:
        "Twins, runs, evidence, datasets, models, credentials and keys, for good; a restore that is under way is given up. It takes a while, and is `deleting` until it is not there any more; then its id is free.",
      status: 202,
      answer: tenantAnswer,
      problems: ["tenant.not-found"],
    }),
    valid("param", tenantParam),
    valid("query", confirmed),
    async (c) => {
      const { id } = c.req.valid("param");
      const { createdAt } = await tenantNamed(c.env, id);
      if (c.req.valid("query").confirm !== id)
        refuse("request.invalid", "the deletion is not confirmed", {
          at: "query confirm",
          hint: `Add ?confirm=${id}: nothing brings a deleted tenant back.`,
        });
      await tenantOf(c.env.TENANTS, id).remove(id, createdAt);
      forgetVerified();
      return c.json(await tenantNamed(c.env, id), 202);
    },
  );
