// How a route is described in the OpenAPI document: its summary, its answer, and the problems that it may end in.

import { describeRoute, resolver } from "hono-openapi";
import type { GenericSchema } from "valibot";
import { ERRORS, type ErrorCode } from "@eigentwin/core";
import { problemSchema } from "./problem.ts";

interface RouteFacts {
  tag: string;
  summary: string;
  description?: string;
  status?: 200 | 201;
  /** Set where the same answer may come before it is complete, as 202. */
  accepted?: string;
  answer: GenericSchema;
  problems?: readonly ErrorCode[];
}

export function describe({ tag, summary, description, status = 200, accepted, answer, problems = [] }: RouteFacts) {
  const codes: readonly ErrorCode[] = ["auth.missing-key", "auth.wrong-key", "request.invalid", ...problems];
  const byStatus = Map.groupBy(codes, (code) => String(ERRORS[code].status));
  return describeRoute({
    tags: [tag],
    summary,
    ...(description && { description }),
    responses: {
      [status]: { description: "Success", content: { "application/json": { schema: resolver(answer) } } },
      ...(accepted && {
        202: { description: accepted, content: { "application/json": { schema: resolver(answer) } } },
      }),
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
