// What is kept of every request: a line of the log, counts, and the parts of its time. The route is its pattern, never the
// path or the query as they were sent.

import type { Context, MiddlewareHandler } from "hono";
import { contextStorage, tryGetContext } from "hono/context-storage";
import { createMiddleware } from "hono/factory";
import { requestId } from "hono/request-id";
import { endTime, setMetric, startTime, timing } from "hono/timing";
import { matchedRoutes } from "hono/route";
import { log } from "@eigentwin/logging";
import { count, flushSoon, observe } from "@eigentwin/metrics";
import { metricsOf } from "@eigentwin/system";
import type { Gateway } from "./context.ts";

const LONGEST_REQUEST_ID = 128;
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** In this order: the id comes first, and the times are written when all else is done. */
export const observed: readonly MiddlewareHandler<Gateway>[] = [
  requestId({ limitLength: LONGEST_REQUEST_ID }),
  contextStorage(),
  timing(),
  createMiddleware<Gateway>(async (c, next) => {
    const startedMs = Date.now();
    c.set("objects", { calls: 0, ms: 0 });
    await next();
    tell(c, Date.now() - startedMs);
  }),
];

function tell(c: Context<Gateway>, ms: number): void {
  const { calls, ms: objectMs } = c.get("objects");
  if (calls > 0) setMetric(c, "objects", objectMs, `${calls} call${calls === 1 ? "" : "s"}`);
  const { status } = c.res;
  const [method, route] = [METHODS.has(c.req.method) ? c.req.method : "other", routeOf(c)];
  count("eigentwin_requests_total", [route, method, `${Math.floor(status / 100)}xx`]);
  observe("eigentwin_request_seconds", [route], ms / 1000);
  log(status >= 500 ? "error" : "info", "request", {
    requestId: c.get("requestId"),
    method,
    route,
    status,
    ms,
    tenant: c.get("tenant"),
    keyId: c.get("keyId"),
  });
  // A script asks for the OpenAPI document without a deployment around it.
  if (c.env) flushSoon(metricsOf(c.env.METRICS), (work) => c.executionCtx.waitUntil(work));
}

/** Middleware is registered for all methods and is no route. */
export const routeOf = (c: Context): string =>
  matchedRoutes(c).findLast(({ method }) => method !== "ALL")?.path ?? "none";

/** Middleware whose time, up to where it hands on, is told by name. */
export const timedAs = (name: string, middleware: MiddlewareHandler<Gateway>) =>
  createMiddleware<Gateway>((c, next) => {
    startTime(c, name);
    return middleware(c, () => {
      endTime(c, name);
      return next();
    });
  });

/** A stub whose calls are added up in the time of the request. */
export function timed<Service extends object>(stub: Service): Service {
  return new Proxy(stub, {
    get: (target, method) =>
      // Not a promise: a stub may come out of an async function.
      method === "then" || typeof method === "symbol"
        ? undefined
        : (...call: unknown[]) =>
            adding(() => (target as Record<string, (...call: unknown[]) => unknown>)[method]?.(...call)),
  });
}

async function adding(call: () => unknown): Promise<unknown> {
  const spent = tryGetContext<Gateway>()?.get("objects");
  const startedMs = Date.now();
  try {
    return await call();
  } finally {
    if (spent) {
      spent.calls += 1;
      spent.ms += Date.now() - startedMs;
    }
  }
}
