// Request validation by the schemas that the OpenAPI document is made from.

import { validator } from "hono-openapi";
import type { GenericSchema } from "valibot";
import { problem } from "./problem.ts";

type Target = "json" | "query" | "param";

/** The first fault is reported with a JSON pointer to it. */
export const valid = <T extends Target, S extends GenericSchema>(target: T, schema: S) =>
  validator(target, schema, (outcome, c) => {
    if (outcome.success) return;
    const [issue] = outcome.error;
    const path = (issue?.path ?? []).map((item) => String(typeof item === "object" ? item.key : item));
    const at = target === "json" ? `/${path.join("/")}` : `${target} ${path.join(".")}`;
    return problem(c, { code: "request.invalid", message: issue?.message ?? "the request is not valid", at });
  });
