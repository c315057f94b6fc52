// Where no route takes the request: another method of a known path, or a path that is not there.

import type { Context, Hono } from "hono";
import type { Gateway } from "./context.ts";
import { isPathOf } from "./path-pattern.ts";
import { problem } from "./problem.ts";

/** Methods of the routes whose pattern is the path's; middleware is registered for all methods and is no route. */
function methodsAt(routes: readonly { method: string; path: string }[], path: string): string[] {
  const methods = routes.filter(({ method, path: pattern }) => method !== "ALL" && isPathOf(pattern, path));
  const named = new Set(methods.map(({ method }) => method));
  if (named.has("GET")) named.add("HEAD");
  return [...named].sort();
}

export function nothingHere(app: Hono<Gateway>, c: Context): Response {
  const allowed = methodsAt(app.routes, c.req.path);
  if (allowed.length === 0)
    return problem(c, {
      code: "route.not-found",
      message: `there is nothing at ${c.req.method} ${c.req.path}`,
      hint: "GET /openapi.json lists the routes.",
    });
  const answer = problem(c, {
    code: "route.method-not-allowed",
    message: `${c.req.path} does not take ${c.req.method}`,
    hint: `It takes ${allowed.join(", ")}.`,
  });
  answer.headers.set("allow", allowed.join(", "));
  return answer;
}
