// Credentials: what a tenant signs in with at a provider of backends. They go in and are used; they never come out.

import { and, asc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { credential } from "@eigentwin/index";
import { insertForTenant } from "@eigentwin/index/insert";
import { credentialName, vaultOf } from "@eigentwin/system";
import type { Env } from "../../env.ts";
import { manifests } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { decodeCursor, page, pageQuery } from "../paging.ts";
import { valid } from "../validate.ts";

const word = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,62}$/, "a name is a kebab-case word"));
const param = v.object({ plugin: word, name: word });

const draft = v.strictObject({
  value: v.pipe(
    v.string(),
    // What backends say is searched for it: a shorter one could not be told from other text.
    v.minLength(8, "a secret has at least 8 characters"),
    v.maxLength(10_000, "a secret has at most 10,000 characters"),
  ),
});

const answer = v.object({ plugin: v.string(), name: v.string(), updatedAt: v.string() });
const facts = { plugin: credential.plugin, name: credential.name, updatedAt: credential.updatedAt };

const CREDENTIAL_KEY = /^([a-z0-9-]+) ([a-z0-9-]+)$/;

function after(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  const [plugin, name] = decodeCursor(cursor, CREDENTIAL_KEY);
  return sql`(${credential.plugin}, ${credential.name}) > (${plugin}, ${name})`;
}

/** A value that no backend would ever get is not taken, so a mistyped name is told now and not at the first run. */
async function mustBeDeclared(env: Env, plugin: string, name: string): Promise<void> {
  const declared = (await manifests(env)).flatMap(({ name, backends }) =>
    backends.flatMap(({ secrets = [] }) => secrets.map((secret) => ({ plugin: name, secret }))),
  );
  const ofPlugin = declared.filter((one) => one.plugin === plugin);
  if (ofPlugin.some(({ secret }) => secret === name)) return;
  const there = [...new Set(declared.map(({ plugin, secret }) => `${plugin}/${secret}`))].sort();
  refuse("request.invalid", `no backend here takes a credential ${plugin}/${name}`, {
    at: ofPlugin.length > 0 ? "param name" : "param plugin",
    hint: `There is ${there.join(", ") || "none"}.`,
  });
}

export const credentials = new Hono<Gateway>()
  .put(
    "/:plugin/:name",
    describe({
      tag: "credentials",
      access: "credentials:write",
      summary: "Store a credential for a plugin's backend",
      description:
        "Encrypted with a key of the tenant's own, handed to that backend alone, and never told again. " +
        "Only one that a backend of a bound plugin declares in `secrets` is taken.",
      answer,
      problems: ["request.malformed", "request.too-large", "request.unsupported-media-type"],
    }),
    valid("param", param),
    valid("json", draft),
    async (c) => {
      const { plugin, name } = c.req.valid("param");
      await mustBeDeclared(c.env, plugin, name);
      const tenant = c.get("tenant");
      const bound = credentialName(plugin, name);
      const sealed = await vaultOf(c.env.VAULTS, tenant).seal(bound, c.req.valid("json").value);
      const updatedAt = new Date().toISOString();
      const row = { tenant, plugin, name, sealed, updatedAt };
      const { meta } = await insertForTenant(drizzle(c.env.INDEX), credential, row).onConflictDoUpdate({
        target: [credential.tenant, credential.plugin, credential.name],
        set: { sealed, updatedAt },
      });
      if (meta.changes === 0) refuse("auth.tenant-suspended", "the tenant of this key is being deleted");
      return c.json({ plugin, name, updatedAt });
    },
  )
  .get(
    "/",
    describe({
      tag: "credentials",
      access: "credentials:read",
      summary: "List which credentials are stored",
      answer: v.object({ items: v.array(answer), next: v.nullable(v.string()) }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await drizzle(c.env.INDEX)
        .select(facts)
        .from(credential)
        .where(and(eq(credential.tenant, c.get("tenant")), after(cursor)))
        .orderBy(asc(credential.plugin), asc(credential.name))
        .limit(limit + 1);
      const { items, next } = page(
        rows.map((row) => ({ ...row, id: credentialName(row.plugin, row.name) })),
        limit,
        ({ plugin, name }) => [plugin, name],
      );
      return c.json({ items: items.map(({ id: _id, ...row }) => row), next });
    },
  )
  .delete(
    "/:plugin/:name",
    describe({
      tag: "credentials",
      access: "credentials:write",
      summary: "Delete a credential",
      status: 204,
      problems: ["credential.not-found"],
    }),
    valid("param", param),
    async (c) => {
      const { plugin, name } = c.req.valid("param");
      const { meta } = await drizzle(c.env.INDEX)
        .delete(credential)
        .where(and(eq(credential.tenant, c.get("tenant")), eq(credential.plugin, plugin), eq(credential.name, name)));
      if (meta.changes === 0) return refuse("credential.not-found", "there is no such credential");
      return c.body(null, 204);
    },
  );
