// The audit log of the caller's tenant: who changed what, and whether its chain holds.

import { Hono } from "hono";
import * as v from "valibot";
import { AUDIT_BEGIN, canonicalJson, type AuditMark, type BrokenLink, type Digest } from "@eigentwin/core";
import { signerOf } from "@eigentwin/system";
import type { Env } from "../../env.ts";
import { mustSeeAll } from "../caller.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../paging.ts";
import { feedAt } from "../services.ts";
import { valid } from "../validate.ts";

/** Entries that one call follows. */
const STRETCH = 2_000;
/** A request ends long before its caller loses patience; the next one goes on. */
const WITHIN_MS = 15_000;
const MARK = /^(\d{1,15}) (sha256:[0-9a-f]{64})$/;

const auditPage = v.object({
  items: v.array(
    v.object({
      number: v.number(),
      at: v.string(),
      by: v.pipe(v.nullable(v.string()), v.description("Id of the key; null where the platform did it by itself")),
      action: v.pipe(v.string(), v.description("What happened, or the route that was asked")),
      target: v.string(),
      path: v.pipe(v.string(), v.description("Inside the target")),
      outcome: v.pipe(v.string(), v.description("`done`; or `asked`, and then the status of the answer")),
      digest: v.pipe(v.nullable(v.string()), v.description("Of what was written: a keyed one, whose key goes with it")),
      hash: v.string(),
    }),
  ),
  next: v.nullable(v.string()),
});

const verification = v.object({
  holds: v.pipe(v.nullable(v.boolean()), v.description("null where the request ended first: go on with `next`")),
  head: v.pipe(
    v.object({ number: v.number(), hash: v.string() }),
    v.description("The last entry up to which it holds"),
  ),
  broken: v.nullable(v.object({ number: v.number(), why: v.string() })),
  next: v.nullable(v.string()),
  statement: v.pipe(
    v.nullable(v.string()),
    v.description(
      "Canonical JSON of tenant, number, hash and time, signed: keep it, and no later log can be shorter or other",
    ),
  ),
  signature: v.nullable(v.object({ keyId: v.string(), algorithm: v.literal("Ed25519"), value: v.string() })),
});

export const audit = new Hono<Gateway>()
  .get(
    "/audit",
    describe({
      tag: "audit",
      access: "audit:read",
      summary: "Read the audit log, newest first",
      description: "Entries come from the objects that were written, mostly within a second of the write.",
      answer: auditPage,
    }),
    valid(
      "query",
      v.strictObject({
        ...pageQuery.entries,
        target: v.optional(v.pipe(v.string(), v.description("A path of the API: /v1/twins/vane-7"))),
      }),
    ),
    async (c) => {
      mustSeeAll(c.get("caller"));
      const { limit, cursor, target = null } = c.req.valid("query");
      const before = cursor === undefined ? null : Number(decodeCursor(cursor, /^(\d{1,15})$/)[0]);
      const found = await feedAt(c.env, c.get("tenant")).auditLog({ before, limit: limit + 1, target });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      return c.json({ items, next: found.length > limit && last ? encodeCursor([last.number]) : null });
    },
  )
  .get(
    "/audit/verification",
    describe({
      tag: "audit",
      access: "audit:read",
      summary: "Recompute the chain of the audit log, and name the first broken link",
      answer: verification,
    }),
    valid("query", v.strictObject({ cursor: v.optional(v.string()) })),
    async (c) => {
      mustSeeAll(c.get("caller"));
      return c.json(await verified(c.env, c.get("tenant"), markOf(c.req.valid("query").cursor)));
    },
  );

function markOf(cursor: string | undefined): AuditMark {
  if (cursor === undefined) return AUDIT_BEGIN;
  const [number, hash] = decodeCursor(cursor, MARK);
  return { number: Number(number), hash: hash as Digest };
}

async function verified(env: Env, tenant: string, from: AuditMark) {
  const feed = feedAt(env, tenant);
  const until = Date.now() + WITHIN_MS;
  for (let mark = from; ;) {
    const { broken, isEnd, ...led } = await feed.verifyAudit(mark, STRETCH);
    mark = led.mark;
    if (broken) return answer(mark, { broken });
    if (isEnd) return answer(mark, await signed(env, tenant, mark));
    if (Date.now() >= until) return { ...answer(mark), holds: null, next: encodeCursor([mark.number, mark.hash]) };
  }
}

type Signed = Awaited<ReturnType<typeof signed>>;

const answer = (head: AuditMark, { broken, ...signature }: { broken?: BrokenLink } & Partial<Signed> = {}) => ({
  holds: broken === undefined,
  head,
  broken: broken ?? null,
  next: null,
  statement: signature.statement ?? null,
  signature: signature.signature ?? null,
});

async function signed(env: Env, tenant: string, { number, hash }: AuditMark) {
  const statement = canonicalJson({
    schema: "urn:eigentwin:audit-head:1",
    tenant,
    number,
    hash,
    at: new Date().toISOString(),
  });
  return { statement, signature: await signerOf(env.SIGNER).sign(new TextEncoder().encode(statement)) };
}
