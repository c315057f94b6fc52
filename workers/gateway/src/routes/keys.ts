// Keys of the caller's own tenant.

import { and, asc, eq, gt, isNull, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { apiKey, session } from "@eigentwin/index";
import { insertSelected } from "@eigentwin/index/insert";
import type { Env } from "../../env.ts";
import type { Caller } from "../caller.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { keyFacts, newKey } from "../new-key.ts";
import { afterId, page, pageQuery } from "../paging.ts";
import { valid } from "../validate.ts";
import { forgetVerified } from "../verified.ts";
import { mustNotBeWider } from "../wider.ts";
import { keyAnswer, keyDraft, newKeyAnswer, rotation } from "./key-schemas.ts";
import { idParam } from "./twin-schemas.ts";

async function keyOf(env: Env, { tenant }: Caller, id: string) {
  const [row] = await drizzle(env.INDEX)
    .select(keyFacts)
    .from(apiKey)
    .where(and(eq(apiKey.tenant, tenant), eq(apiKey.id, id)));
  return row ?? refuse("key.not-found", "there is no such key");
}

export const keys = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "keys",
      access: "keys:write",
      summary: "Make a key, which is shown once",
      description: "Never wider than the key that makes it: in scopes, in twin types, in purposes, in time.",
      status: 201,
      answer: newKeyAnswer,
      problems: ["request.malformed", "request.too-large", "request.unsupported-media-type"],
    }),
    valid("json", keyDraft),
    async (c) => {
      const caller = c.get("caller");
      const draft = c.req.valid("json");
      const { name, scopes, twinTypes = caller.twinTypes, purposes = caller.purposes, expiresAt } = draft;
      const ends = expiresAt === undefined ? await endOf(c.env, caller) : new Date(expiresAt).toISOString();
      const rights = { scopes, twinTypes, purposes, expiresAt: ends };
      mustNotBeWider(caller, rights, await endOf(c.env, caller));
      const { row, answer } = await newKey(caller.tenant, name, rights);
      await drizzle(c.env.INDEX).insert(apiKey).values(row);
      return c.json(answer, 201, { location: `/v1/keys/${answer.id}` });
    },
  )
  .get(
    "/",
    describe({
      tag: "keys",
      access: "keys:read",
      summary: "List keys",
      answer: v.object({ items: v.array(keyAnswer), next: v.nullable(v.string()) }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await drizzle(c.env.INDEX)
        .select(keyFacts)
        .from(apiKey)
        .where(and(eq(apiKey.tenant, c.get("tenant")), gt(apiKey.id, afterId(cursor))))
        .orderBy(asc(apiKey.id))
        .limit(limit + 1);
      return c.json(page(rows, limit));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "keys",
      access: "keys:read",
      summary: "See what a key may do, and when it was last used",
      answer: keyAnswer,
      problems: ["key.not-found"],
    }),
    valid("param", idParam),
    async (c) => c.json(await keyOf(c.env, c.get("caller"), c.req.valid("param").id)),
  )
  .post(
    "/:id/rotate",
    describe({
      tag: "keys",
      access: "keys:write",
      summary: "Make a new key with the same rights; the old one ends with the overlap",
      status: 201,
      answer: newKeyAnswer,
      problems: ["request.malformed", "request.too-large", "request.unsupported-media-type", "key.not-found"],
    }),
    valid("param", idParam),
    valid("json", rotation),
    async (c) => {
      const caller = c.get("caller");
      const old = await keyOf(c.env, caller, c.req.valid("param").id);
      mustNotBeWider(caller, old, await endOf(c.env, caller));
      const { row, answer } = await newKey(caller.tenant, old.name, old);
      const now = answer.createdAt;
      const ends = new Date(Date.now() + 1000 * c.req.valid("json").overlapSeconds).toISOString();
      const isOldAndLive = and(
        eq(apiKey.tenant, caller.tenant),
        eq(apiKey.id, old.id),
        isNull(apiKey.revokedAt),
        or(isNull(apiKey.expiresAt), gt(apiKey.expiresAt, now)),
      );
      const index = drizzle(c.env.INDEX);
      const [{ meta }] = await index.batch([
        insertSelected(index, apiKey, row, sql`FROM ${apiKey} WHERE ${isOldAndLive}`),
        index
          .update(apiKey)
          .set({ expiresAt: sql`min(coalesce(${apiKey.expiresAt}, ${ends}), ${ends})` })
          .where(isOldAndLive),
      ]);
      if (meta.changes === 0)
        return refuse("key.not-found", "this key is revoked or over: there is nothing to rotate", {
          hint: "Make a new one: POST /v1/keys.",
        });
      forgetVerified();
      return c.json(answer, 201, { location: `/v1/keys/${answer.id}` });
    },
  )
  .delete(
    "/:id",
    describe({
      tag: "keys",
      access: "keys:write",
      summary: "Revoke a key and end its sessions",
      description:
        "The own key, or one that is not wider. Takes effect everywhere within 5 seconds. The key stays listed, with the time.",
      answer: keyAnswer,
      problems: ["key.not-found"],
    }),
    valid("param", idParam),
    async (c) => {
      const caller = c.get("caller");
      const key = await keyOf(c.env, caller, c.req.valid("param").id);
      const { id } = key;
      // When it ends does not matter: revoking makes that sooner.
      if (id !== caller.keyId) mustNotBeWider(caller, key, null);
      const index = drizzle(c.env.INDEX);
      const isIt = and(eq(apiKey.tenant, caller.tenant), eq(apiKey.id, id));
      const now = new Date().toISOString();
      await index.batch([
        index
          .update(apiKey)
          .set({ revokedAt: sql`coalesce(${apiKey.revokedAt}, ${now})` })
          .where(isIt),
        index.delete(session).where(sql`${session.key} IN (SELECT hash FROM ${apiKey} WHERE ${isIt})`),
      ]);
      forgetVerified();
      return c.json(await keyOf(c.env, caller, id));
    },
  );

/** When the caller's key ends; a session ends earlier than its key does. */
async function endOf(env: Env, { keyHash, expiresAt, session }: Caller): Promise<string | null> {
  if (!session) return expiresAt;
  const [row] = await drizzle(env.INDEX)
    .select({ expiresAt: apiKey.expiresAt })
    .from(apiKey)
    .where(eq(apiKey.hash, keyHash));
  return row?.expiresAt ?? null;
}
