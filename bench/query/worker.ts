// The limit that `npm run bench:query` measures against: Hono, and one row of D1 by its primary key.

import { Hono } from "hono";

interface Bare {
  INDEX: D1Database;
}

const app = new Hono<{ Bindings: Bare }>().get("/:id", async (c) => {
  const statement = c.env.INDEX.prepare("SELECT * FROM twin WHERE tenant = ? AND id = ?");
  return c.json(await statement.bind("own", c.req.param("id")).first());
});

export default app;
