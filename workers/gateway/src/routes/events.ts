// The events of a tenant, or of one twin, as Server-Sent Events that can be resumed.

import { Hono, type Context } from "hono";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import type { EventFilter, FeedPage } from "@eigentwin/events";
import { within } from "@eigentwin/objects";
import { isStillAdmitted } from "../authenticate.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { isSocket, openedSocket } from "../event-socket.ts";
import { knownTwinOrBranch } from "../known.ts";
import { feedAt } from "../services.ts";
import { valid } from "../validate.ts";
import { BELIEVED_MS } from "../verified.ts";
import { resuming, streamQuery, tenantStreamQuery } from "./event-schemas.ts";
import { twinOrBranchParam } from "./twin-schemas.ts";

/** A reader that takes nothing for so long is cut off: it has its last id, and nothing waits for it here. */
const PATIENCE_MS = 15_000;
const PAGE = 100;

const DESCRIPTION =
  "Each is a CloudEvent 1.0 in JSON, named by its type; its SSE id resumes the stream after it. Without an id the stream " +
  "begins with what happens next. `feed.gap` stands for events that are no longer held. A comment every 5 seconds says " +
  "that the stream is alive; a reader that takes nothing for 15 seconds is cut off, and resumes from its last id. With " +
  "`Upgrade: websocket` the same comes over a WebSocket, as `{id, event}`: docs/events.md.";

export const events = new Hono<Gateway>()
  .get(
    "/events",
    describe({
      tag: "events",
      access: "events:read",
      takesTicket: true,
      summary: "Watch everything that happens, as Server-Sent Events or over a WebSocket",
      description: DESCRIPTION,
      mediaType: "text/event-stream",
      answer: v.string(),
      problems: ["events.too-many-sockets"],
    }),
    valid("query", tenantStreamQuery),
    valid("header", resuming),
    (c) => {
      const { type, twin, lastEventId } = c.req.valid("query");
      const after = lastEventId ?? c.req.valid("header")["last-event-id"];
      const filter = { ...(type && { types: type }), ...(twin && { twins: twin }) };
      return isSocket(c) ? openedSocket(c, filter, after) : streamed(c, filter, after);
    },
  )
  .get(
    "/twins/:id/events",
    describe({
      tag: "events",
      access: "events:read",
      takesTicket: true,
      summary: "Watch a twin and its runs as Server-Sent Events or over a WebSocket",
      description: DESCRIPTION,
      mediaType: "text/event-stream",
      answer: v.string(),
      problems: ["twin.not-found", "branch.not-found", "events.too-many-sockets"],
    }),
    valid("param", twinOrBranchParam),
    valid("query", streamQuery),
    valid("header", resuming),
    async (c) => {
      const { id } = c.req.valid("param");
      const { type, lastEventId } = c.req.valid("query");
      unwrap(await (await knownTwinOrBranch(c.env, c.get("caller"), id)).subject());
      const after = lastEventId ?? c.req.valid("header")["last-event-id"];
      const filter = { twins: [id], ...(type && { types: type }) };
      return isSocket(c) ? openedSocket(c, filter, after) : streamed(c, filter, after);
    },
  );

async function streamed(c: Context<Gateway>, filter: EventFilter, after: string | undefined): Promise<Response> {
  const { tenant, twinTypes } = c.get("caller");
  const feed = feedAt(c.env, tenant);
  const question = { filter: { ...filter, twinTypes }, limit: PAGE };
  // Where it begins is fixed before the first byte goes out: what happens from now on is told.
  const first = await feed.read({ ...question, after: after ?? null, waitMs: 0 });
  return streamSSE(c, async (stream) => {
    let page = first;
    while (await tell(stream, page)) {
      page = await feed.read({ ...question, after: page.next, waitMs: BELIEVED_MS });
      if (!(await isStillAdmitted(c))) return;
    }
  });
}

/** False where the reader does not take it. */
async function tell(stream: SSEStreamingApi, { events: told, next }: FeedPage): Promise<boolean> {
  const lines = told.map(({ position, type, json }) => `event: ${type}\ndata: ${json}\nid: ${position}\n\n`);
  // An id without data is no event, and moves the place from which the reader would resume.
  const writing = stream.write([...lines, `: still here\nid: ${next}\n\n`].join(""));
  return within(PATIENCE_MS, writing).then(
    () => !stream.aborted,
    () => false,
  );
}
