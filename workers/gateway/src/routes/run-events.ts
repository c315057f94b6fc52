// A run as a stream of events: what an EventSource shows while it goes on.

import { Hono } from "hono";
import { streamSSE, type SSEStreamingApi } from "hono/streaming";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import { isFinal, type RunService, type RunView } from "@eigentwin/runs";
import { isStillAdmitted } from "../authenticate.ts";
import type { Gateway } from "../context.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { readableRun, shownRun } from "../readable.ts";
import { valid } from "../validate.ts";
import { BELIEVED_MS } from "../verified.ts";
import { idParam } from "./twin-schemas.ts";

const query = v.strictObject({
  ticket: v.optional(v.pipe(v.string(), v.description("Where no header can be sent: POST /v1/stream-tickets"))),
});

export const runEvents = new Hono<Gateway>().get(
  "/:id/events",
  describe({
    tag: "runs",
    access: "runs:read",
    takesTicket: true,
    summary: "Watch a run as Server-Sent Events",
    description:
      "`run.progress` with `{state, progress}` whenever one of them has changed; then `run.succeeded`, `run.failed` or `run.cancelled` with the whole run, and the end: close the EventSource then, or it asks again. A comment every 5 seconds says that the stream is alive.",
    mediaType: "text/event-stream",
    answer: v.string(),
    problems: ["run.not-found", ...CONSENT_PROBLEMS],
  }),
  valid("param", idParam),
  valid("query", query),
  async (c) => {
    const { run, type } = await readableRun(c, c.req.valid("param").id);
    // What is not there is a problem, not an empty stream.
    const first = unwrap(await run.next(undefined, 0));
    const watched = { run, isAdmitted: () => isStillAdmitted(c), shown: (view: RunView) => shownRun(c, view, type) };
    return streamSSE(c, (stream) => tell(stream, watched, first));
  },
);

interface Watched {
  run: RunService;
  isAdmitted(): Promise<boolean>;
  /** What of it may still be read. */
  shown(view: RunView): Promise<RunView>;
}

async function tell(stream: SSEStreamingApi, { run, isAdmitted, shown }: Watched, first: RunView): Promise<void> {
  let view = first;
  await tellOnce(stream, view);
  while (!isFinal(view.state) && !stream.aborted) {
    const outcome = await run.next(view, BELIEVED_MS);
    // The run is gone with its tenant, or the key with its rights.
    if (!outcome.ok || !(await isAdmitted())) return;
    if (isSame(outcome.value, view)) await stream.write(": still here\n\n");
    else await tellOnce(stream, await shown(outcome.value));
    view = outcome.value;
  }
}

function tellOnce(stream: SSEStreamingApi, view: RunView): Promise<void> {
  const { state, progress } = view;
  return isFinal(state)
    ? stream.writeSSE({ event: `run.${state}`, data: JSON.stringify(view) })
    : stream.writeSSE({ event: "run.progress", data: JSON.stringify({ state, progress }) });
}

const isSame = (a: RunView, b: RunView): boolean =>
  a.state === b.state && a.progress.fraction === b.progress.fraction && a.progress.note === b.progress.note;
