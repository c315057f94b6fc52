// Stream tickets: for those who cannot send a header, which are EventSource and WebSocket in browsers.

import { lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { streamTicket } from "@eigentwin/index";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { digestOf, newSecret } from "../secret.ts";
import { valid } from "../validate.ts";

const GOOD_FOR_MS = 30_000;

const draft = v.strictObject({
  path: v.pipe(
    v.string(),
    v.regex(/^\/v1\/[\w.:/-]{1,500}$/, "the path of a stream without its query, for example /v1/runs/{id}/events"),
    v.description("Of the one stream that it opens"),
  ),
});

export const streamTickets = new Hono<Gateway>().post(
  "/",
  describe({
    tag: "keys",
    access: "any key",
    summary: "Get a ticket for one stream",
    description:
      "Good for 30 seconds and for one GET of exactly this path, as `?ticket=`, with the rights of the key that asks.",
    status: 201,
    answer: v.object({ ticket: v.string(), path: v.string(), expiresAt: v.string() }),
    problems: ["request.malformed", "request.too-large", "request.unsupported-media-type"],
  }),
  valid("json", draft),
  async (c) => {
    const { path } = c.req.valid("json");
    const ticket = newSecret("ticket");
    const now = new Date();
    const expiresAt = new Date(now.getTime() + GOOD_FOR_MS).toISOString();
    const index = drizzle(c.env.INDEX);
    await index.batch([
      index.delete(streamTicket).where(lt(streamTicket.expiresAt, now.toISOString())),
      index
        .insert(streamTicket)
        .values({ hash: await digestOf(ticket), key: c.get("caller").keyHash, path, expiresAt }),
    ]);
    return c.json({ ticket, path, expiresAt }, 201);
  },
);
