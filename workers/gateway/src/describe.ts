// How a route is described in the OpenAPI document: its summary, its answer, and the problems that it may end in.

import { describeRoute, resolver } from "hono-openapi";
import type { GenericSchema } from "valibot";
import { ERRORS, type ErrorCode, type JsonSchema } from "@eigentwin/core";
import { problemSchema } from "./problem.ts";

interface RouteFacts {
  tag: string;
  summary: string;
  description?: string;
  status?: 200 | 201;
  /** Set where the same answer may come before it is complete, as 202. */
  accepted?: string;
  /** Set where the answer has an ETag that `If-None-Match` is compared with. */
  hasEtag?: boolean;
  answer: GenericSchema;
  /** Of the answer, where it is not JSON. */
  mediaType?: string;
  problems?: readonly ErrorCode[];
  /** A form has no validator of its own, so its route says what it holds. */
  form?: JsonSchema;
}

export function describe({
  tag,
  summary,
  description,
  status = 200,
  accepted,
  hasEtag,
  answer,
  mediaType = "application/json",
  problems = [],
  form,
}: RouteFacts) {
  const codes: readonly ErrorCode[] = ["auth.missing-key", "auth.wrong-key", "request.invalid", ...problems];
  const byStatus = Map.groupBy(codes, (code) => String(ERRORS[code].status));
  return describeRoute({
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(form && { requestBody: { required: true, content: { "multipart/form-data": { schema: form } } } }),
    responses: {
      [status]: { description: "Success", content: { [mediaType]: { schema: resolver(answer) } } },
      ...(accepted && {
        202: { description: accepted, content: { "application/json": { schema: resolver(answer) } } },
      }),
      ...(hasEtag && { 304: { description: "Nothing has changed since the answer with this ETag" } }),
      ...Object.fromEntries(
        [...byStatus].map(([number, same]) => [
          number,
          {
            description: same.join(", "),
            content: { "application/problem+json": { schema: resolver(problemSchema) } },
          },
        ]),
      ),
    },
  });
}
