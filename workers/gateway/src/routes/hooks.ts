// Inbound hooks: by which messages of other systems become changes and points of a tenant's twins.

import { and, count, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { hook } from "@eigentwin/index";
import { insertForTenant } from "@eigentwin/index/insert";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { hooksOf, knownHook, type Hook } from "../hooks/hook.ts";
import { tryMessage } from "../hooks/receive.ts";
import { checkSecret, newSecret, sealed, stillGood } from "../hooks/secrets.ts";
import { afterId, page, pageQuery } from "../paging.ts";
import { hookAt } from "../services.ts";
import { valid } from "../validate.ts";
import {
  dryRun,
  dryRunAnswer,
  hookAnswer,
  hookChange,
  hookDraft,
  hookRotation,
  hookWithSecret,
} from "./hook-schemas.ts";
import type { HookRules } from "./hook-schemas.ts";
import { idParam } from "./twin-schemas.ts";

const MOST_HOOKS = 50;
const BODY_PROBLEMS = ["request.malformed", "request.too-large", "request.unsupported-media-type"] as const;
const tag = "hooks";

const viewOf = ({ tenant, id, title, rules, twinTypes, secrets, createdAt }: Hook) => ({
  id,
  title,
  path: `/v1/inbound/${tenant}/${id}`,
  ...rules,
  messageId: rules.messageId ?? null,
  twinTypes,
  secrets: stillGood(secrets).length,
  createdAt,
});

const isIt = ({ tenant, id }: Pick<Hook, "tenant" | "id">) => and(eq(hook.tenant, tenant), eq(hook.id, id));
const columnsOf = (rules: HookRules) => rules as unknown as Readonly<Record<string, unknown>>;

export const hooks = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag,
      access: "hooks:write",
      summary: "Create a hook",
      description:
        "Messages sent to its `path` are verified, and become what its mapping says: changes of properties and points of " +
        "twins, under the hook's own name in their history. It writes the twin types that the key sees, and outlives the key.",
      status: 201,
      answer: hookWithSecret,
      problems: [...BODY_PROBLEMS, "hook.exists", "hook.too-many"],
    }),
    valid("json", hookDraft),
    async (c) => {
      const { id: wanted, title, secret: given, ...rules } = c.req.valid("json");
      const { tenant, twinTypes } = c.get("caller");
      const index = drizzle(c.env.INDEX);
      const [there] = await index.select({ hooks: count() }).from(hook).where(eq(hook.tenant, tenant));
      if ((there?.hooks ?? 0) >= MOST_HOOKS)
        refuse("hook.too-many", `a tenant has at most ${MOST_HOOKS} hooks`, {
          hint: "Delete one that is not needed: DELETE /v1/hooks/{id}.",
        });
      if (given !== undefined) checkSecret(rules.verification, given);
      const secret = given ?? newSecret();
      const id = wanted ?? `hook_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
      const secrets = await sealed(c.env, { tenant, id, secrets: [], secret, overlapMs: 0 });
      const createdAt = new Date().toISOString();
      const row = { tenant, id, createdAt, title, rules: columnsOf(rules as HookRules), twinTypes, secrets };
      const { meta } = await insertForTenant(index, hook, row).onConflictDoNothing();
      if (meta.changes === 0) refuse("hook.exists", `there is a hook ${id} already`, { at: "/id" });
      const made = viewOf({ ...row, rules: rules as HookRules });
      return c.json({ hook: made, secret: given === undefined ? secret : null }, 201, { location: `/v1/hooks/${id}` });
    },
  )
  .get(
    "/",
    describe({
      tag,
      access: "hooks:read",
      summary: "List hooks",
      description: "In order of id. A tenant has at most 50.",
      answer: v.object({ items: v.array(hookAnswer), next: v.nullable(v.string()) }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const after = afterId(cursor);
      const rest = (await hooksOf(c.env, c.get("caller"))).filter(({ id }) => id > after);
      return c.json(page(rest.map(viewOf), limit));
    },
  )
  .get(
    "/:id",
    describe({ tag, access: "hooks:read", summary: "Read a hook", answer: hookAnswer, problems: ["hook.not-found"] }),
    valid("param", idParam),
    async (c) => c.json(viewOf(await knownHook(c.env, c.get("caller"), c.req.valid("param").id))),
  )
  .patch(
    "/:id",
    describe({
      tag,
      access: "hooks:write",
      summary: "Change a hook",
      description:
        "In force from the next message on. A member replaces the whole of what stood there. Where `verification` is by " +
        "another scheme, the secrets are gone with the one before: the hook refuses everything until `rotate`.",
      answer: hookAnswer,
      problems: [...BODY_PROBLEMS, "hook.not-found"],
    }),
    valid("param", idParam),
    valid("json", hookChange),
    async (c) => {
      const known = await knownHook(c.env, c.get("caller"), c.req.valid("param").id);
      const { title = known.title, messageId, ...change } = c.req.valid("json");
      const { messageId: before, ...others } = known.rules;
      const id = messageId === undefined ? before : (messageId ?? undefined);
      const rules = { ...others, ...change, ...(id && { messageId: id }) } as HookRules;
      // A secret that was good for one scheme may be none in another.
      const isOtherScheme = rules.verification.by !== known.rules.verification.by;
      const changed = { title, rules: columnsOf(rules), ...(isOtherScheme && { secrets: [] }) };
      await drizzle(c.env.INDEX).update(hook).set(changed).where(isIt(known));
      return c.json(viewOf({ ...known, ...changed, rules }));
    },
  )
  .delete(
    "/:id",
    describe({
      tag,
      access: "hooks:write",
      summary: "Delete a hook with its secrets and what it remembers of its messages",
      status: 204,
      problems: ["hook.not-found"],
    }),
    valid("param", idParam),
    async (c) => {
      const known = await knownHook(c.env, c.get("caller"), c.req.valid("param").id);
      await drizzle(c.env.INDEX).delete(hook).where(isIt(known));
      await hookAt(c.env, known.tenant, known.id).erase();
      return c.body(null, 204);
    },
  )
  .post(
    "/:id/rotate",
    describe({
      tag,
      access: "hooks:write",
      summary: "Give a hook a new secret",
      description: "For `overlapSeconds` the one before is good too.",
      status: 201,
      answer: hookWithSecret,
      problems: [...BODY_PROBLEMS, "hook.not-found"],
    }),
    valid("param", idParam),
    valid("json", hookRotation),
    async (c) => {
      const known = await knownHook(c.env, c.get("caller"), c.req.valid("param").id);
      const { secret: given, overlapSeconds } = c.req.valid("json");
      if (given !== undefined) checkSecret(known.rules.verification, given);
      const secret = given ?? newSecret();
      const secrets = await sealed(c.env, { ...known, secret, overlapMs: 1000 * overlapSeconds });
      await drizzle(c.env.INDEX).update(hook).set({ secrets }).where(isIt(known));
      return c.json({ hook: viewOf({ ...known, secrets }), secret: given === undefined ? secret : null }, 201);
    },
  )
  .post(
    "/:id/dry-run",
    describe({
      tag,
      access: "hooks:write",
      summary: "See what a message would do",
      description:
        "Everything is checked as if it was written, and nothing is. Each item is tried by itself; of a twin that would be " +
        "made, its points are not.",
      answer: dryRunAnswer,
      problems: [...BODY_PROBLEMS, "hook.not-found", "hook.not-mapped"],
    }),
    valid("param", idParam),
    valid("json", dryRun),
    async (c) => {
      const caller = c.get("caller");
      const known = await knownHook(c.env, caller, c.req.valid("param").id);
      const { message, mapping } = c.req.valid("json");
      const tried = mapping ? ({ ...known, rules: { ...known.rules, mapping } } as Hook) : known;
      const receiving = { env: c.env, hook: tried, tenantSince: caller.tenantSince };
      return c.json({ items: await tryMessage(receiving, { document: message }) });
    },
  );
