// A twin as the answer to a write: with the ETag of all of it, the token of what was written, and where it is found if it was
// just made. The answer is a reading too: of a personal twin that does not consent to what the request is for, it says no more
// than what was written.

import type { Context } from "hono";
import type { TwinView, WriteReceipt } from "@eigentwin/twins";
import { etagOfTwin } from "./conditions.ts";
import type { Gateway } from "./context.ts";
import { writeToken } from "./query/write-token.ts";
import { isReadable } from "./readable.ts";

export async function answerTwin(c: Context<Gateway>, view: TwinView, status: 200 | 201 = 200): Promise<Response> {
  const { id, revision, sequence, updatedAt } = view;
  const shown = (await isReadable(c, view)) ? view : { id, revision, sequence, updatedAt };
  return c.json(shown, status, {
    etag: etagOfTwin(view),
    ...writeToken(view),
    ...(status === 201 && { location: `/v1/twins/${id}` }),
  });
}

/** After a write that was asked for the twin as it is then. */
export async function answerWritten(c: Context<Gateway>, { view }: WriteReceipt): Promise<Response> {
  if (!view) throw new Error("this write was not asked for the twin");
  return answerTwin(c, view);
}
