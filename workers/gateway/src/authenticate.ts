// Who asks: an API key, looked up by its hash. The answer to a wrong key says nothing about which keys there are.

import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { createMiddleware } from "hono/factory";
import { digestBytes } from "@eigentwin/core";
import { apiKey } from "@eigentwin/index";
import type { Gateway } from "./context.ts";
import { problem } from "./problem.ts";

const HINT = "Send the header `Authorization: Bearer <key>`.";

export const authenticate = createMiddleware<Gateway>(async (c, next) => {
  const header = c.req.header("authorization");
  if (!header) return problem(c, { code: "auth.missing-key", message: "this route needs an API key", hint: HINT });
  const [scheme, secret] = header.split(" ");
  if (scheme?.toLowerCase() !== "bearer" || !secret)
    return problem(c, { code: "auth.wrong-key", message: "the Authorization header is not a bearer key", hint: HINT });
  const hash = await digestBytes(new TextEncoder().encode(secret));
  const [key] = await drizzle(c.env.INDEX).select().from(apiKey).where(eq(apiKey.hash, hash));
  if (!key) return problem(c, { code: "auth.wrong-key", message: "this key is not known here", hint: HINT });
  c.set("tenant", key.tenant);
  c.set("keyId", key.id);
  await next();
});
