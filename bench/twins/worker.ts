// The limits that `npm run bench:twins` measures against: bare Hono, and a Durable Object behind it that reads one row or
// inserts one.

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

  insert(body: unknown): void {
    this.ctx.storage.sql.exec("INSERT INTO row (body) VALUES (?)", JSON.stringify(body));
  }

  first(): unknown {
    const [row] = this.ctx.storage.sql.exec<{ body: string }>("SELECT body FROM row ORDER BY id LIMIT 1").toArray();
    return row && JSON.parse(row.body);
  }
}

const rowAt = (env: Bare, id: string) => env.ROWS.getByName(id) as unknown as Pick<RowObject, "insert" | "first">;

const app = new Hono<{ Bindings: Bare }>()
  .get("/", (c) => c.json({ hello: "world" }))
  .get("/:id", async (c) => c.json((await rowAt(c.env, c.req.param("id")).first()) as object))
  .post("/:id", async (c) => {
    await rowAt(c.env, c.req.param("id")).insert(await c.req.json());
    return c.json({ accepted: true });
  });

export default app;
