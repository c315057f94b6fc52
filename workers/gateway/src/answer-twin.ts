// A twin as an answer: with the ETag of all of it, and where it is found if it was just made.

import type { Context } from "hono";
import type { TwinView } from "@eigentwin/twins";
import { etagOfTwin } from "./conditions.ts";
import type { Gateway } from "./context.ts";

export const answerTwin = (c: Context<Gateway>, view: TwinView, status: 200 | 201 = 200): Response =>
  c.json(view, status, {
    etag: etagOfTwin(view),
    ...(status === 201 && { location: `/v1/twins/${view.id}` }),
  });
