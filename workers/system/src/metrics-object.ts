// Adds up what the isolates of the deployment have counted: one row a series.

import { DurableObject } from "cloudflare:workers";
import type { Batch, MetricsService, Sample } from "@eigentwin/metrics";
import { exists, prepareStorage } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { METRICS_STEPS } from "./steps.ts";

/** An isolate that has said nothing for so long is gone. */
const FORGET_AFTER_MS = 24 * 60 * 60_000;

export class MetricsObject extends DurableObject<Env> implements MetricsService {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, METRICS_STEPS);
  }

  async add(batch: Batch): Promise<void> {
    const { storage } = this.ctx;
    if (exists(storage)) storage.transactionSync(() => this.#take(batch));
    else prepareStorage(storage, METRICS_STEPS, () => this.#take(batch));
  }

  async totals(): Promise<Sample[]> {
    const { storage } = this.ctx;
    if (!exists(storage)) return [];
    const rows = storage.sql.exec<{ series: string; value: number }>("SELECT series, value FROM total").toArray();
    return rows.map(({ series, value }) => [series, value]);
  }

  #take({ isolate, sequence, deltas }: Batch): void {
    const { sql } = this.ctx.storage;
    const [last] = sql.exec<{ sequence: number }>("SELECT sequence FROM flushed WHERE isolate = ?", isolate).toArray();
    if (last && sequence <= last.sequence) return;
    const now = Date.now();
    if (!last) sql.exec("DELETE FROM flushed WHERE at_ms < ?", now - FORGET_AFTER_MS);
    sql.exec("INSERT OR REPLACE INTO flushed VALUES (?, ?, ?)", isolate, sequence, now);
    for (const [series, value] of deltas)
      sql.exec(
        "INSERT INTO total VALUES (?, ?) ON CONFLICT (series) DO UPDATE SET value = value + excluded.value",
        series,
        value,
      );
  }
}
