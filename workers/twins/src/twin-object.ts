// One individual: the only writer of its state, points and predictions. D1 follows through due work.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { drizzle } from "drizzle-orm/d1";
import {
  fail,
  Refusal,
  refuse,
  succeed,
  type Outcome,
  type Point,
  type Series,
  type StreamType,
  type TimeRange,
} from "@eigentwin/core";
import { twin as twinIndex } from "@eigentwin/index";
import { exists, nextDue, plan, prepareStorage, setNextAlarm, settle } from "@eigentwin/objects";
import type { AppendReceipt, KeptPrediction, RunFinding, TwinDraft, TwinService, TwinView } from "./contract.ts";
import { appendPoints, readSeries, streamStates } from "./points.ts";
import { TWIN_STEPS } from "./steps.ts";

interface TwinRow extends Record<string, SqlStorageValue> {
  tenant: string;
  id: string;
  type: string;
  streams: string;
  revision: number;
  sequence: number;
  properties: string;
  parameters: string;
  synthetic: number;
  created_at: string;
  updated_at: string;
}

const INDEX_RETRY_MS = 5_000;

export class TwinObject extends DurableObject<Env> implements TwinService {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, TWIN_STEPS);
  }

  async create(draft: TwinDraft): Promise<Outcome<TwinView>> {
    if (exists(this.ctx.storage))
      return fail("twin.exists", `there is a twin ${draft.id} already`, {
        hint: "Choose another id, or patch the twin that is there.",
      });
    const now = new Date().toISOString();
    prepareStorage(this.ctx.storage, TWIN_STEPS);
    this.ctx.storage.transactionSync(() => {
      this.ctx.storage.sql.exec(
        "INSERT INTO twin VALUES (1, ?, ?, ?, ?, 1, 1, ?, '{}', ?, ?, ?)",
        draft.tenant,
        draft.id,
        draft.type.id,
        JSON.stringify(draft.type.streams),
        JSON.stringify(draft.properties),
        draft.synthetic ? 1 : 0,
        now,
        now,
      );
      plan(this.ctx.storage, "index", Date.now() + INDEX_RETRY_MS);
    });
    await this.#followInIndex();
    return this.view();
  }

  async view(): Promise<Outcome<TwinView>> {
    const row = this.#row();
    if (!row) return notThere();
    const states = streamStates(this.ctx.storage.sql);
    const streams = JSON.parse(row.streams) as Record<string, StreamType>;
    const predictions = this.ctx.storage.sql
      .exec<{ body: string }>("SELECT body FROM prediction ORDER BY made_at DESC, run LIMIT 20")
      .toArray();
    return succeed({
      id: row.id,
      type: row.type,
      revision: row.revision,
      sequence: row.sequence,
      properties: JSON.parse(row.properties),
      parameters: JSON.parse(row.parameters),
      synthetic: row.synthetic === 1,
      streams: Object.fromEntries(
        Object.entries(streams).map(([name, type]) => [
          name,
          { ...type, ...(states.get(name) ?? { points: 0, lastObservedAt: null, lastValue: null }) },
        ]),
      ),
      predictions: predictions.map(({ body }) => JSON.parse(body) as KeptPrediction),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    });
  }

  async append(points: Point[]): Promise<Outcome<AppendReceipt>> {
    return this.#appending((streams) =>
      points.map(({ stream, observedAt, value, unit }, index) => {
        const type = streams[stream] ?? refuseStream(stream, streams, `/points/${index}/stream`);
        if (unit !== undefined && unit !== type.unit)
          refuse("stream.unit-unknown", `stream ${stream} is kept in ${type.unit}, not in ${unit}`, {
            at: `/points/${index}/unit`,
            hint: `Send values in ${type.unit}, or leave the unit out.`,
          });
        if (!Number.isFinite(value))
          refuse("stream.value-not-finite", `the value of ${stream} is not a finite number`, {
            at: `/points/${index}/value`,
          });
        return { stream, observedAtMs: Date.parse(observedAt), value };
      }),
    );
  }

  async appendSeries(series: Record<string, Series>): Promise<Outcome<AppendReceipt>> {
    return this.#appending((streams) =>
      Object.entries(series).flatMap(([stream, { observedAtMs, values }]) => {
        if (!streams[stream]) refuseStream(stream, streams, `/streams/${stream}`);
        return Array.from(observedAtMs, (at, index) => {
          const value = values[index] ?? Number.NaN;
          if (!Number.isFinite(value))
            refuse("stream.value-not-finite", `value ${index} of ${stream} is not a finite number`);
          return { stream, observedAtMs: at, value };
        });
      }),
    );
  }

  async series(name: string, range: TimeRange, asOf: string): Promise<Outcome<Series>> {
    const row = this.#row();
    if (!row) return notThere();
    const streams = JSON.parse(row.streams) as Record<string, StreamType>;
    return answering(() => {
      if (!streams[name]) refuseStream(name, streams, "/stream");
      return readSeries(this.ctx.storage.sql, name, range, Date.parse(asOf));
    });
  }

  async noteRun(finding: RunFinding): Promise<Outcome<undefined>> {
    const row = this.#row();
    if (!row) return notThere();
    const { sql } = this.ctx.storage;
    this.ctx.storage.transactionSync(() => {
      if (sql.exec("SELECT 1 FROM noted_run WHERE run = ?", finding.run).toArray().length > 0) return;
      sql.exec("INSERT INTO noted_run VALUES (?)", finding.run);
      if (finding.prediction) {
        const kept: KeptPrediction = {
          ...finding.prediction,
          run: finding.run,
          verdict: finding.verdict,
          madeAt: finding.madeAt,
        };
        sql.exec(
          "INSERT INTO prediction VALUES (?, ?, ?, ?)",
          finding.run,
          kept.quantity,
          kept.madeAt,
          JSON.stringify(kept),
        );
      }
      const parameters = { ...JSON.parse(row.parameters), ...finding.parameters };
      sql.exec("UPDATE twin SET parameters = ?, sequence = sequence + 1", JSON.stringify(parameters));
    });
    return succeed(undefined);
  }

  override async alarm(): Promise<void> {
    if (nextDue(this.ctx.storage, Date.now()).length > 0) await this.#followInIndex();
    await setNextAlarm(this.ctx.storage);
  }

  /** Checks everything before the first write, then writes all of it in one transaction. */
  #appending(
    rowsOf: (streams: Record<string, StreamType>) => { stream: string; observedAtMs: number; value: number }[],
  ): Outcome<AppendReceipt> {
    const row = this.#row();
    if (!row) return notThere();
    return answering(() => {
      const rows = rowsOf(JSON.parse(row.streams));
      return this.ctx.storage.transactionSync(() => {
        const receipt = appendPoints(this.ctx.storage.sql, rows, Date.now());
        if (receipt.accepted + receipt.corrected > 0)
          this.ctx.storage.sql.exec("UPDATE twin SET sequence = sequence + 1");
        return receipt;
      });
    });
  }

  /** D1 is an index, not the truth: when it cannot be reached the work stays due. */
  async #followInIndex(): Promise<void> {
    const row = this.#row();
    if (!row) return;
    const values = {
      tenant: row.tenant,
      id: row.id,
      type: row.type,
      revision: row.revision,
      synthetic: row.synthetic === 1,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
    try {
      await drizzle(this.env.INDEX)
        .insert(twinIndex)
        .values(values)
        .onConflictDoUpdate({
          target: [twinIndex.tenant, twinIndex.id],
          set: { revision: values.revision, updatedAt: values.updatedAt },
        });
      settle(this.ctx.storage, "index");
    } catch (error) {
      console.warn(JSON.stringify({ level: "warn", what: "twin not indexed yet", twin: row.id, error: String(error) }));
      plan(this.ctx.storage, "index", Date.now() + INDEX_RETRY_MS);
    }
  }

  #row(): TwinRow | undefined {
    return exists(this.ctx.storage) ? this.ctx.storage.sql.exec<TwinRow>("SELECT * FROM twin").toArray()[0] : undefined;
  }
}

const notThere = () => fail("twin.not-found", "there is no such twin");

function refuseStream(name: string, streams: Record<string, StreamType>, at: string): never {
  return refuse("stream.unknown", `this twin has no stream "${name}"`, {
    at,
    hint: `It has ${Object.keys(streams).join(", ")}.`,
  });
}

function answering<T>(work: () => T): Outcome<T> {
  try {
    return succeed(work());
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    throw error;
  }
}
