// A twin as an answer: with the ETag of all of it, the token of what was written, and where it is found if it was just made.

import type { Context } from "hono";
import type { TwinView, WriteReceipt } from "@eigentwin/twins";
import { etagOfTwin } from "./conditions.ts";
import type { Gateway } from "./context.ts";
import { writeToken } from "./query/write-token.ts";

export const answerTwin = (c: Context<Gateway>, view: TwinView, status: 200 | 201 = 200): Response =>
  c.json(view, status, {
    etag: etagOfTwin(view),
    ...writeToken(view),
    ...(status === 201 && { location: `/v1/twins/${view.id}` }),
  });

/** After a write that was asked for the twin as it is then. */
export function answerWritten(c: Context<Gateway>, { view }: WriteReceipt): Response {
  if (!view) throw new Error("this write was not asked for the twin");
  return answerTwin(c, view);
}
