// Who asks, and whether they may: by key, by a browser's session or by a stream ticket. The answer to a wrong one says
// nothing about which there are.

import { and, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { refuse } from "@eigentwin/core";
import { warnOf } from "@eigentwin/logging";
import { streamTicket } from "@eigentwin/index";
import { accessOf, scopesOf, type Access } from "./access.ts";
import { mustHave, type Caller } from "./caller.ts";
import type { Gateway } from "./context.ts";
import { isOwnOrListed } from "./cross-origin.ts";
import { digestOf } from "./secret.ts";
import { sessionCookie } from "./session-cookie.ts";
import { noteUse, verifiedKey, verifiedSession, type Verified } from "./verified.ts";

const HINT = "Send the header `Authorization: Bearer <key>`.";
/** The same whether there ever was one. */
export const UNKNOWN = {
  key: "Was all of it sent? It may have been rotated or revoked, or be over: ask whoever gave it to you for another one.",
  ticket: "A ticket opens its one path, once and within 30 seconds: POST /v1/stream-tickets gives another one.",
  session: "It is over, was signed out, or its key was revoked: sign in again with POST /v1/session.",
};
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export const authenticate = createMiddleware<Gateway>(async (c, next) => {
  const access = accessOf(c);
  if (access?.needs === "public") return next();
  const caller = admitted(await verify(c, access));
  if (caller.session && !SAFE.has(c.req.method)) await mustBeOwnPage(c, caller.session.csrfHash);
  if (access) mustHave(caller, scopesOf(access));
  c.set("caller", caller);
  c.set("tenant", caller.tenant);
  c.set("keyId", caller.keyId);
  await next();
});

/** Whether a caller that was let in would be let in now: for what goes on long after that. */
export async function isStillAdmitted(c: Context<Gateway>): Promise<boolean> {
  const { keyHash, session } = c.get("caller");
  const found = await (session
    ? verifiedSession(c.env, session.hash, () => undefined)
    : verifiedKey(c.env, keyHash, () => undefined));
  return found?.tenantState === "active";
}

async function verify(c: Context<Gateway>, access: Access | undefined): Promise<Verified> {
  const used = (found: Verified) =>
    c.executionCtx.waitUntil(noteUse(c.env, found).catch(warnOf("last use of a key not noted")));
  const header = c.req.header("authorization");
  if (header !== undefined && header !== "") {
    const [scheme, secret] = header.split(" ");
    if (scheme?.toLowerCase() !== "bearer" || !secret)
      return refuse("auth.wrong-key", "the Authorization header is not a bearer key", { hint: HINT });
    return (await verifiedKey(c.env, await digestOf(secret), used)) ?? unknown("key");
  }
  const ticket = c.req.query("ticket");
  if (ticket !== undefined && access?.takesTicket && c.req.method === "GET") {
    const key = await takeTicket(c, ticket);
    return (key === undefined ? undefined : await verifiedKey(c.env, key, used)) ?? unknown("ticket");
  }
  const cookie = sessionCookie(c);
  if (cookie !== undefined) return (await verifiedSession(c.env, await digestOf(cookie), used)) ?? unknown("session");
  return refuse("auth.missing-key", "this route needs an API key", { hint: HINT });
}

const unknown = (what: keyof typeof UNKNOWN): never =>
  refuse("auth.wrong-key", `this ${what} is not known here`, { hint: UNKNOWN[what] });

export function admitted({ caller, tenantState }: Verified): Caller {
  if (tenantState === "active") return caller;
  const why = tenantState === "suspended" ? "is suspended" : `is being ${tenantState.replace("ing", "ed")}`;
  return refuse("auth.tenant-suspended", `the tenant of this key ${why}`, {
    hint: "Ask the administrator of this deployment.",
  });
}

/** A browser sends the cookie by itself, so a page must show that it is ours: by its origin, and by what only we told it. */
async function mustBeOwnPage(c: Context<Gateway>, csrfHash: string): Promise<void> {
  if (!isOwnOrListed(c))
    refuse("auth.csrf", "a session changes something only from a page of this origin or of a listed one", {
      at: "header origin",
      hint: `Send the header \`Origin\`: browsers do, others say it themselves. Good are ${new URL(c.req.url).origin} and what ALLOWED_ORIGINS lists.`,
    });
  const token = c.req.header("x-csrf-token");
  if (token === undefined || (await digestOf(token)) !== csrfHash)
    refuse("auth.csrf", "the header X-CSRF-Token does not hold the token of this session", {
      at: "header x-csrf-token",
      hint: "GET /v1/session tells it as `csrfToken`.",
    });
}

/** The key's hash, once: a second taker finds no row. */
async function takeTicket(c: Context<Gateway>, ticket: string): Promise<string | undefined> {
  const [taken] = await drizzle(c.env.INDEX)
    .delete(streamTicket)
    .where(
      and(
        eq(streamTicket.hash, await digestOf(ticket)),
        eq(streamTicket.path, c.req.path),
        gt(streamTicket.expiresAt, new Date().toISOString()),
      ),
    )
    .returning({ key: streamTicket.key });
  return taken?.key;
}
