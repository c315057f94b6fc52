// Bodies are read as they come: what would have to be unpacked first is refused, so that nothing small unpacks into
// something large. Batches of points may come packed: they are unpacked up to a limit (`points/unpack.ts`).

import { createMiddleware } from "hono/factory";
import type { Gateway } from "./context.ts";
import { problem } from "./problem.ts";

/** Batches of points are read as streams. */
export const POINTS_PATH = /^\/v1\/twins\/[^/]+\/points$/;

export const plainBodies = createMiddleware<Gateway>(async (c, next) => {
  const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "";
  const isTaken = encoding === "gzip" && c.req.method === "POST" && POINTS_PATH.test(c.req.path);
  if (encoding !== "" && encoding !== "identity" && !isTaken)
    return problem(c, {
      code: "request.unsupported-media-type",
      message: `a body with Content-Encoding ${encoding.slice(0, 40)} is not read`,
      hint: "Send it unpacked, without the header `Content-Encoding`.",
    });
  await next();
});
