// Request validation by the schemas that the OpenAPI document is made from.

import { validator } from "hono-openapi";
import * as v from "valibot";
import { pointer } from "@eigentwin/core";
import { wordsOf } from "./fault-words.ts";
import { problem } from "./problem.ts";

type Target = "json" | "query" | "param" | "header";

/** Of a media type: `application/json`, and what is written in it. */
export const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json *(?:;|$)/i;

const HINT = "GET /openapi.json tells what this route takes.";

/** The first fault is reported with a JSON pointer to it. */
export const valid = <T extends Target, S extends v.GenericSchema>(target: T, schema: S) =>
  validator(target, schema, (outcome, c) => {
    if (target === "json" && !JSON_TYPE.test(c.req.header("content-type") ?? ""))
      return problem(c, {
        code: "request.unsupported-media-type",
        message: "this route takes JSON",
        hint: "Send the header `Content-Type: application/json`.",
      });
    if (outcome.success) return;
    const [issue] = outcome.error;
    const path = (issue?.path ?? []).map((item) => String(typeof item === "object" ? item.key : item));
    const at = target === "json" ? pointer(path) : `${target} ${path.join(".")}`;
    return problem(c, { code: "request.invalid", message: wordsOf(issue), at, hint: HINT });
  });

/** What a route may find in `Idempotency-Key`. */
export const idempotencyKey = (description: string) =>
  v.object({
    "idempotency-key": v.optional(
      v.pipe(
        v.string(),
        v.minLength(1, "an idempotency key is not empty"),
        v.maxLength(255, "an idempotency key has at most 255 characters"),
        v.description(description),
      ),
    ),
  });
