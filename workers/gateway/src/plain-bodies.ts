// Bodies are read as they come: what would have to be unpacked first is refused, so that nothing small unpacks into
// something large.

import { createMiddleware } from "hono/factory";
import type { Gateway } from "./context.ts";
import { problem } from "./problem.ts";

export const plainBodies = createMiddleware<Gateway>(async (c, next) => {
  const encoding = c.req.header("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding !== "" && encoding !== "identity")
    return problem(c, {
      code: "request.unsupported-media-type",
      message: `a body with Content-Encoding ${encoding.slice(0, 40)} is not read`,
      hint: "Send it unpacked, without the header `Content-Encoding`.",
    });
  await next();
});
