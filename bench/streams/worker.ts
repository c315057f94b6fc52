// The limit that `npm run bench:streams` measures against: Hono, and a Durable Object that inserts one row a request.

import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

interface Bare {
  ROWS: DurableObjectNamespace;
}

export class RowObject extends DurableObject {
  constructor(ctx: DurableObjectState, env: Bare) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  insert(points: unknown): void {
    this.ctx.storage.sql.exec("INSERT INTO row (body) VALUES (?)", JSON.stringify(points));
  }
}

const app = new Hono<{ Bindings: Bare }>().post("/:id", async (c) => {
  const object = c.env.ROWS.getByName(c.req.param("id")) as unknown as Pick<RowObject, "insert">;
  await object.insert(await c.req.json());
  return c.json({ accepted: true });
});

export default app;
