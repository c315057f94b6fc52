// Stream tickets: for those who cannot send a header, which are EventSource and WebSocket in browsers.

import { lt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { streamTicket } from "@eigentwin/index";
import type { DeclaredRoute } from "../access.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { isPathOf } from "../path-pattern.ts";
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

/** `streams` are the routes that one may open with a ticket. */
export const streamTicketsFor = (streams: () => readonly DeclaredRoute[]) =>
  new Hono<Gateway>().post(
    "/",
    describe({
      tag: "keys",
      access: "any key",
      summary: "Get a ticket for one stream",
      description:
        "Good for 30 seconds and for one GET of exactly this path, as `?ticket=`, with the rights of the key that asks. " +
        "The route must be a stream; whether there is what the path names shows when it is opened.",
      status: 201,
      answer: v.object({ ticket: v.string(), path: v.string(), expiresAt: v.string() }),
      problems: ["request.malformed", "request.too-large", "request.unsupported-media-type"],
    }),
    valid("json", draft),
    async (c) => {
      const { path } = c.req.valid("json");
      const patterns = streams().map((route) => route.path);
      if (!patterns.some((pattern) => isPathOf(pattern, path)))
        return refuse("request.invalid", `${path} is no stream that a ticket opens`, {
          at: "/path",
          hint: `These are: ${patterns.join(", ").replaceAll(/:(\w+)/g, "{$1}")}.`,
        });
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
