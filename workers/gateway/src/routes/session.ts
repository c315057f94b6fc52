// A browser's sign-in: a key is exchanged for a cookie that scripts cannot read, and the key is not kept anywhere.

import { eq, lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { session as sessionIndex } from "@eigentwin/index";
import type { Caller } from "../caller.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { isOwnOrListed } from "../cross-origin.ts";
import { admitted, UNKNOWN } from "../authenticate.ts";
import { digestOf, newSecret } from "../secret.ts";
import { dropSessionCookie, sessionCookie, setSessionCookie } from "../session-cookie.ts";
import { valid } from "../validate.ts";
import { forgetVerified, verifiedKey } from "../verified.ts";

const HOURS_12_S = 12 * 60 * 60;

const answer = v.object({
  tenant: v.string(),
  key: v.object({ id: v.string(), name: v.string() }),
  scopes: v.array(v.string()),
  twinTypes: v.array(v.string()),
  expiresAt: v.nullable(v.string()),
  csrfToken: v.optional(v.pipe(v.string(), v.description("Of a session: for the header X-CSRF-Token"))),
});

/** Follows from the session's secret, so that a page which was loaded again can be told it again. */
const csrfOf = async (secret: string): Promise<string> =>
  (await digestOf(`eigentwin csrf ${secret}`)).slice("sha256:".length);

const told = ({ tenant, keyId, keyName, scopes, twinTypes, expiresAt }: Caller) => ({
  tenant,
  key: { id: keyId, name: keyName },
  scopes: [...scopes],
  twinTypes: [...twinTypes],
  expiresAt,
});

export const session = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "keys",
      access: "public",
      summary: "Sign a browser in with a key",
      description:
        "The answer sets an HttpOnly cookie for 12 hours. What changes something then sends the header `X-CSRF-Token`, from a page of this origin or of a listed one. Revoking the key ends its sessions.",
      status: 201,
      answer,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "auth.wrong-key",
        "auth.csrf",
        "auth.tenant-suspended",
      ],
    }),
    valid("json", v.strictObject({ key: v.string() })),
    async (c) => {
      mustNotBeAnotherPage(c);
      const found = await verifiedKey(c.env, await digestOf(c.req.valid("json").key), () => undefined);
      const caller = admitted(found ?? refuse("auth.wrong-key", "this key is not known here", { hint: UNKNOWN.key }));
      const secret = newSecret("session");
      const [hash, csrfToken] = [await digestOf(secret), await csrfOf(secret)];
      const now = new Date();
      const ends = new Date(now.getTime() + 1000 * HOURS_12_S).toISOString();
      const index = drizzle(c.env.INDEX);
      await index.batch([
        index.delete(sessionIndex).where(lt(sessionIndex.expiresAt, now.toISOString())),
        index.insert(sessionIndex).values({
          hash,
          key: caller.keyHash,
          csrfHash: await digestOf(csrfToken),
          createdAt: now.toISOString(),
          expiresAt: ends,
        }),
      ]);
      setSessionCookie(c, secret, HOURS_12_S);
      const expiresAt = caller.expiresAt !== null && caller.expiresAt < ends ? caller.expiresAt : ends;
      return c.json({ ...told(caller), expiresAt, csrfToken }, 201);
    },
  )
  .get(
    "/",
    describe({ tag: "keys", access: "any key", summary: "See who asks, and what they may", answer }),
    async (c) => {
      const caller = c.get("caller");
      const secret = caller.session && sessionCookie(c);
      return c.json({ ...told(caller), ...(secret !== undefined && { csrfToken: await csrfOf(secret) }) });
    },
  )
  .delete(
    "/",
    describe({ tag: "keys", access: "any key", summary: "Sign the browser out", status: 204 }),
    async (c) => {
      const { session } = c.get("caller");
      if (!session)
        return refuse("auth.missing-key", "there is no session: a key is not signed out, it is revoked", {
          hint: "DELETE /v1/keys/{id} revokes a key.",
        });
      await drizzle(c.env.INDEX).delete(sessionIndex).where(eq(sessionIndex.hash, session.hash));
      forgetVerified();
      dropSessionCookie(c);
      return c.body(null, 204);
    },
  );

/** A page of another origin must not sign its visitors in as somebody else. */
function mustNotBeAnotherPage(c: Context<Gateway>): void {
  if (c.req.header("origin") !== undefined && !isOwnOrListed(c))
    refuse("auth.csrf", "a session begins only on a page of this origin or of a listed one", {
      at: "header origin",
      hint: "Call from a page of this deployment, or let the deployer list the origin in ALLOWED_ORIGINS.",
    });
}
