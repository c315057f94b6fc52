// How a route is described in the OpenAPI document: its summary, its answer, and the problems that it may end in.

import { describeRoute, resolver } from "hono-openapi";
import type { GenericSchema } from "valibot";
import { ERRORS, type ErrorCode, type JsonSchema } from "@eigentwin/core";
import { declareAccess, scopesOf, type Access } from "./access.ts";
import { problemSchema } from "./problem.ts";

/** Of what reads a personal twin. */
export const CONSENT_PROBLEMS = [
  "consent.purpose-required",
  "consent.not-given",
  "auth.purpose-not-allowed",
] as const satisfies ErrorCode[];

interface RouteFacts {
  tag: string;
  summary: string;
  description?: string;
  /** Who may come in: enforced by `authenticate`. */
  access: Access["needs"];
  /** A stream that may be opened with a ticket. */
  takesTicket?: boolean;
  status?: 200 | 201 | 202 | 204;
  /** Set where the same answer may come before it is complete, as 202. */
  accepted?: string;
  /** Set where the answer has an ETag that `If-None-Match` is compared with. */
  hasEtag?: boolean;
  /** None for 204. */
  answer?: GenericSchema;
  /** Of the answer, where it is not JSON. */
  mediaType?: string;
  problems?: readonly ErrorCode[];
  /** A form has no validator of its own, so its route says what it holds. */
  form?: JsonSchema;
  /** By media type, where the route looks at its body itself. */
  bodies?: Readonly<Record<string, JsonSchema>>;
  /** Set where the body is a patch of either kind. */
  takesPatch?: boolean;
}

const PATCHES = {
  "application/merge-patch+json": { schema: { description: "RFC 7386" } },
  "application/json-patch+json": {
    schema: {
      description: "RFC 6902",
      type: "array",
      items: {
        type: "object",
        properties: {
          op: { enum: ["add", "remove", "replace", "move", "copy", "test"] },
          path: { type: "string" },
          from: { type: "string" },
          value: {},
        },
        required: ["op", "path"],
      },
    },
  },
} as const;

export function describe({
  tag,
  summary,
  description,
  access: needs,
  takesTicket = false,
  status = 200,
  accepted,
  hasEtag,
  answer,
  mediaType = "application/json",
  problems = [],
  form,
  bodies = form && { "multipart/form-data": form },
  takesPatch,
}: RouteFacts) {
  const access = { needs, takesTicket };
  const scopes = scopesOf(access);
  const codes: readonly ErrorCode[] = [...authCodes(access), "request.invalid", ...problems];
  const content = answer && { [mediaType]: { schema: resolver(answer) } };
  const byStatus = Map.groupBy(codes, (code) => String(ERRORS[code].status));
  const described = describeRoute({
    tags: [tag],
    // Any one of these will do; a list of scopes is what the key must have of them.
    ...(needs !== "any key" && { security: needs === "public" ? [] : securityOf(scopes) }),
    summary,
    ...(description && { description }),
    ...(bodies && {
      requestBody: {
        required: true,
        content: Object.fromEntries(Object.entries(bodies).map(([type, schema]) => [type, { schema }])),
      },
    }),
    ...(takesPatch && { requestBody: { required: true, content: PATCHES as never } }),
    responses: {
      [status]: { description: "Success", ...(content && { content }) },
      ...(accepted && content && { 202: { description: accepted, content } }),
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
  return declareAccess(described, access);
}

const securityOf = (scopes: readonly string[]) =>
  scopes.flatMap((scope): Record<string, string[]>[] => [{ key: [scope] }, { session: [scope] }]);

function authCodes({ needs }: Access): readonly ErrorCode[] {
  if (needs === "public") return [];
  const always = [
    "auth.missing-key",
    "auth.wrong-key",
    "auth.tenant-suspended",
    "auth.csrf",
    "request.rate-limited",
  ] as const;
  return needs === "any key" ? always : [...always, "auth.scope-missing"];
}
