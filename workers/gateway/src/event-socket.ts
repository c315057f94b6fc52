// Events over a WebSocket, which the tenant's feed itself holds: it may leave memory while nothing happens.

import type { Context } from "hono";
import { refuse } from "@eigentwin/core";
import { openSocket, type EventFilter } from "@eigentwin/events";
import type { Gateway } from "./context.ts";
import { isOwnOrListed } from "./cross-origin.ts";

export const isSocket = (c: Context): boolean => c.req.header("upgrade")?.toLowerCase() === "websocket";

/** A browser sends its cookie with the opening of a WebSocket, and lets any page read what comes: so the page is looked at. */
export async function openedSocket(c: Context<Gateway>, filter: EventFilter, after: string | undefined) {
  const { tenant, twinTypes, keyHash, session } = c.get("caller");
  if (session && !isOwnOrListed(c))
    refuse("auth.csrf", "a session opens a WebSocket only from a page of this origin or of a listed one", {
      at: "header origin",
    });
  const { status, webSocket } = await openSocket(c.env.FEEDS, tenant, {
    after: after ?? null,
    filter: { ...filter, twinTypes },
    key: keyHash,
    session: session?.hash ?? null,
  });
  if (status === 413)
    refuse("request.invalid", "these are more types and twins than a WebSocket keeps", {
      at: "query twin",
      hint: "Ask for fewer, or open several.",
    });
  if (!webSocket)
    return refuse("events.too-many-sockets", "as many WebSockets of this tenant are open as there may be", {
      hint: "Close one that nobody reads, or read Server-Sent Events.",
    });
  return new Response(null, { status: 101, webSocket });
}
