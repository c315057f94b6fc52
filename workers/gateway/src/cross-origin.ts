// Pages of other origins: those that the deployer lists may call with a session, all others are told nothing.

import type { Context } from "hono";
import { cors } from "hono/cors";
import { createMiddleware } from "hono/factory";
import type { Gateway } from "./context.ts";
import { WRITE_TOKEN } from "./query/write-token.ts";

const listed = ({ ALLOWED_ORIGINS }: Gateway["Bindings"]): string[] => ALLOWED_ORIGINS.split(/[\s,]+/).filter(Boolean);

const letIn = cors({
  origin: (origin) => origin,
  credentials: true,
  allowMethods: ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"],
  allowHeaders: [
    "authorization",
    "content-type",
    "eigentwin-purpose",
    "eigentwin-reason",
    WRITE_TOKEN,
    "idempotency-key",
    "if-match",
    "if-none-match",
    "prefer",
    "x-csrf-token",
  ],
  exposeHeaders: ["accept-patch", "etag", WRITE_TOKEN, "location", "ratelimit", "ratelimit-policy", "retry-after"],
  maxAge: 600,
});

export const crossOrigin = createMiddleware<Gateway>(async (c, next) => {
  if (listed(c.env).includes(c.req.header("origin") ?? "")) return letIn(c, next);
  await next();
  c.header("vary", "origin", { append: true });
});

/** A request that changes something always carries its page's origin. */
export function isOwnOrListed(c: Context<Gateway>): boolean {
  const origin = c.req.header("origin");
  return origin !== undefined && (origin === new URL(c.req.url).origin || listed(c.env).includes(origin));
}
