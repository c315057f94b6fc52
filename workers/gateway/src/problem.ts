// The one place where failures become HTTP: problem details (RFC 9457) with a stable type.

import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import * as v from "valibot";
import { log } from "@eigentwin/logging";
import { ERRORS, Refusal, type Failure } from "@eigentwin/core";
import { routeOf } from "./observe.ts";

export const problemSchema = v.object({
  type: v.pipe(v.string(), v.description("urn:eigentwin:problem: and the code, which never changes")),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  code: v.string(),
  hint: v.optional(v.string()),
  at: v.optional(
    v.pipe(v.string(), v.description("Where: a JSON pointer, a line of a file, or a plugin and its step")),
  ),
  requestId: v.optional(
    v.pipe(v.string(), v.description("Of a fault: what to name when you report it; the answer's X-Request-Id")),
  ),
  retry: v.pipe(v.boolean(), v.description("True where asking the same again may help and costs nothing")),
});

const TITLES: Record<number, string> = {
  400: "Malformed request",
  401: "Not authenticated",
  402: "Over budget",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  412: "Precondition failed",
  413: "Too large",
  415: "Unsupported media type",
  422: "Request refused",
  428: "Precondition required",
  429: "Too many requests",
  500: "Fault of the platform",
  502: "Fault of a plugin or backend",
  503: "Unavailable",
  504: "No answer in time",
};

export function problemBody({ code, message, hint, at }: Failure) {
  const { status, retry } = ERRORS[code];
  return {
    type: `urn:eigentwin:problem:${code}`,
    title: TITLES[status] ?? "Problem",
    status,
    detail: message,
    code,
    ...(hint && { hint }),
    ...(at && { at }),
    retry,
  };
}

export function problem(c: Context, failure: Failure): Response {
  const { retry, ...rest } = problemBody(failure);
  const body = { ...rest, ...(rest.status >= 500 && { requestId: c.get("requestId") }), retry };
  return c.json(body, rest.status as ContentfulStatusCode, {
    "content-type": "application/problem+json",
    // RFC 9110, section 15.5.2: a 401 says how to authenticate
    ...(rest.status === 401 && { "www-authenticate": "Bearer" }),
  });
}

/** Refusals are answers; anything else is a fault of ours, logged in full and told in short. */
export function onError(error: Error, c: Context): Response {
  if (error instanceof Refusal) return problem(c, error.failure);
  // hono's own exceptions: a body that is not JSON, a form that cannot be parsed
  if ("status" in error && error.status === 400)
    return problem(c, { code: "request.malformed", message: error.message, hint: "Send well-formed JSON (RFC 8259)." });
  log("error", "unexpected", { requestId: c.get("requestId"), route: routeOf(c), error });
  return problem(c, { code: "platform.fault", message: "Something failed that should not; it was logged." });
}
