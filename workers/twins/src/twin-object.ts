// One individual: the only writer of its state, points and predictions. D1 follows through due work.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import {
  fail,
  Refusal,
  refuse,
  succeed,
  type Failure,
  type KeptStream,
  type Outcome,
  type Point,
  type Series,
  type TimeRange,
} from "@eigentwin/core";
import { warnOf } from "@eigentwin/logging";
import { flushWhenDue } from "@eigentwin/metrics";
import {
  dumpPart,
  exists,
  plan,
  planRetry,
  prepareStorage,
  restorePart,
  serveDue,
  settle,
  type DumpCursor,
  type DumpPart,
} from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import {
  twinName,
  type AppendReceipt,
  type RunFinding,
  type SeriesOptions,
  type TwinDraft,
  type TwinService,
  type TwinSubject,
  type TwinUpgrade,
  type TwinView,
} from "./contract.ts";
import { latestPredictions, noteFinding, personalParameters } from "./findings.ts";
import { indexTwin, isRestoring } from "./index-twin.ts";
import { appendPoints, instantMs, readSeries, streamStates, type PointRow } from "./points.ts";
import { TWIN_STEPS } from "./steps.ts";
import { insertTwin, noteChange, readTwin, subjectOf, type TwinRecord } from "./twin-record.ts";
import { failedUpgrade, noteUpgradeFailure, streamsAt, undoUpgrade, upgradeTwin } from "./upgrades.ts";

/** Everything that is ever due of a twin. */
const TWIN_WORKS = ["index"] as const;
/** The index follows changes at most this often. */
const INDEX_EVERY_MS = 1_000;
/** A row of the storage has at most 2 MB, and this one holds more than the properties. */
const MOST_PROPERTIES = 1_000_000;

export class TwinObject extends DurableObject<Env> implements TwinService {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, TWIN_STEPS);
  }

  async create(draft: TwinDraft): Promise<Outcome<TwinView>> {
    if (this.#twin())
      return fail("twin.exists", `there is a twin ${draft.id} already`, {
        hint: `Choose another id, or read the twin that is there: GET /v1/twins/${draft.id}.`,
      });
    if (isTooLarge(draft.properties)) return tooLarge();
    // All of it or nothing: tables without their row would be a twin that is neither there nor free.
    prepareStorage(this.ctx.storage, TWIN_STEPS, () => {
      insertTwin(this.ctx.storage.sql, draft, new Date().toISOString());
      planRetry(this.ctx.storage, "index");
    });
    await this.#followInIndex().catch(warnOf("twin not indexed yet", { twin: draft.id, tenant: draft.tenant }));
    return this.view();
  }

  async view(): Promise<Outcome<TwinView>> {
    const twin = this.#twin();
    if (!twin) return notThere();
    const { sql } = this.ctx.storage;
    const states = streamStates(sql);
    const upgrade = failedUpgrade(sql);
    return succeed({
      ...subjectOf(twin),
      parameters: personalParameters(sql),
      streams: Object.fromEntries(
        Object.entries(twin.streams).map(([name, { storedAs = name, ...type }]) => [
          name,
          { ...type, ...(states.get(storedAs) ?? { points: 0, lastObservedAt: null, lastValue: null }) },
        ]),
      ),
      predictions: latestPredictions(sql),
      ...(upgrade && { upgrade }),
      createdAt: twin.createdAt,
      updatedAt: twin.updatedAt,
    });
  }

  async subject(): Promise<Outcome<TwinSubject>> {
    const twin = this.#twin();
    return twin ? succeed(subjectOf(twin)) : notThere();
  }

  async append(points: Point[]): Promise<Outcome<AppendReceipt>> {
    return this.#appending((streams) =>
      points.map(({ stream, observedAt, value, unit }, index) => {
        const type = streamNamed(stream, streams, `/points/${index}/stream`);
        if (unit !== undefined && unit !== type.unit)
          refuse("stream.unit-unknown", `stream ${stream} is kept in ${type.unit}, not in ${unit}`, {
            at: `/points/${index}/unit`,
            hint: `Send values in ${type.unit}, or leave the unit out.`,
          });
        if (!Number.isFinite(value))
          refuse("stream.value-not-finite", `the value of ${stream} is not a finite number`, {
            at: `/points/${index}/value`,
          });
        return { stream: type.storedAs, observedAtMs: instantMs(observedAt, `/points/${index}/observedAt`), value };
      }),
    );
  }

  async appendSeries(series: Record<string, Series>): Promise<Outcome<AppendReceipt>> {
    return this.#appending((streams) =>
      Object.entries(series).flatMap(([stream, { observedAtMs, values }]) => {
        const { storedAs } = streamNamed(stream, streams, `/streams/${stream}`);
        return Array.from(observedAtMs, (at, index) => {
          const value = values[index] ?? Number.NaN;
          if (!Number.isFinite(value))
            refuse("stream.value-not-finite", `value ${index} of ${stream} is not a finite number`);
          return { stream: storedAs, observedAtMs: instantMs(at, `/streams/${stream}/${index}`), value };
        });
      }),
    );
  }

  async series(name: string, range: TimeRange, { revision, ...asked }: SeriesOptions): Promise<Outcome<Series>> {
    const twin = this.#twin();
    if (!twin) return notThere();
    const { sql } = this.ctx.storage;
    return answering(() => {
      const streams = revision === undefined ? twin.streams : streamsAt(sql, revision);
      return readSeries(sql, streamNamed(name, streams, "/stream").storedAs, { range, ...asked });
    });
  }

  async upgrade(upgrade: TwinUpgrade): Promise<Outcome<TwinSubject | "changed">> {
    const twin = this.#twin();
    if (!twin) return notThere();
    if (twin.revision !== upgrade.revision) return succeed("changed");
    if (isTooLarge(upgrade.properties)) return tooLarge();
    return answering(() =>
      this.ctx.storage.transactionSync(() => {
        upgradeTwin(this.ctx.storage.sql, twin, upgrade, new Date().toISOString());
        this.#changed();
        return subjectOf(this.#twin() ?? twin);
      }),
    );
  }

  async noteUpgradeFailure(failed: { to: string; failure: Failure }): Promise<Outcome<undefined>> {
    if (!this.#twin()) return notThere();
    this.ctx.storage.transactionSync(() => {
      noteUpgradeFailure(this.ctx.storage.sql, { ...failed, triedAt: new Date().toISOString() });
      this.#changed();
    });
    return succeed(undefined);
  }

  async undoUpgrade(): Promise<Outcome<TwinView>> {
    if (!this.#twin()) return notThere();
    const undone = this.ctx.storage.transactionSync(() => {
      const before = undoUpgrade(this.ctx.storage.sql, new Date().toISOString());
      if (before) this.#changed();
      return before;
    });
    return undone ? this.view() : fail("twin.not-upgraded", "this twin has no upgrade that could be undone");
  }

  async noteRun(finding: RunFinding): Promise<Outcome<undefined>> {
    if (!this.#twin()) return notThere();
    this.ctx.storage.transactionSync(() => {
      if (noteFinding(this.ctx.storage.sql, finding)) this.#changed();
    });
    return succeed(undefined);
  }

  async dumpPart(cursor: DumpCursor | null): Promise<Outcome<DumpPart>> {
    return exists(this.ctx.storage) ? succeed(dumpPart(this.ctx.storage, "twin", cursor)) : notThere();
  }

  async restorePart(bytes: Uint8Array): Promise<Outcome<boolean>> {
    const [tenant = ""] = this.ctx.id.name?.split("/") ?? [];
    if (!(await isRestoring(this.env.INDEX, tenant))) return fail("tenant.exists", "this tenant is not being restored");
    const finish = () => {
      const twin = this.#twin();
      if (!twin || twinName(twin.tenant, twin.id) !== this.ctx.id.name)
        refuse("archive.malformed", "this is the dump of another twin");
      plan(this.ctx.storage, "index", Date.now());
    };
    return restorePart(this.ctx.storage, bytes, { kind: "twin", steps: TWIN_STEPS, works: TWIN_WORKS, finish });
  }

  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, TWIN_WORKS, () => this.#followInIndex());
    await flushWhenDue(metricsOf(this.env.METRICS));
  }

  /** Checks everything before the first write, then writes all of it in one transaction. */
  #appending(rowsOf: (streams: Record<string, KeptStream>) => PointRow[]): Outcome<AppendReceipt> {
    const twin = this.#twin();
    if (!twin) return notThere();
    return answering(() => {
      const rows = rowsOf(twin.streams);
      return this.ctx.storage.transactionSync(() => {
        const receipt = appendPoints(this.ctx.storage.sql, rows, Date.now());
        if (receipt.accepted + receipt.corrected > 0) this.#changed();
        return receipt;
      });
    });
  }

  #changed(): void {
    noteChange(this.ctx.storage.sql, new Date().toISOString());
    const [planned] = this.ctx.storage.sql.exec("SELECT 1 FROM due WHERE work = 'index'").toArray();
    if (!planned) plan(this.ctx.storage, "index", Date.now() + INDEX_EVERY_MS);
  }

  /** D1 is an index, not the truth: when it cannot be reached the work stays due. */
  async #followInIndex(): Promise<void> {
    const twin = this.#twin();
    if (!twin) return;
    if ((await indexTwin(this.env.INDEX, twin)) === "tenant-gone") return this.erase();
    if (!this.#twin()) return;
    // What changed while D1 was being written is still to follow.
    if (this.#twin()?.sequence === twin.sequence) settle(this.ctx.storage, "index");
    else plan(this.ctx.storage, "index", Date.now() + INDEX_EVERY_MS);
  }

  #twin(): TwinRecord | undefined {
    return exists(this.ctx.storage) ? readTwin(this.ctx.storage.sql) : undefined;
  }
}

const notThere = () => fail("twin.not-found", "there is no such twin");

const isTooLarge = (properties: Record<string, unknown>): boolean =>
  JSON.stringify(properties).length > MOST_PROPERTIES;
const tooLarge = () =>
  fail("request.too-large", `the properties of a twin have at most ${MOST_PROPERTIES} characters as JSON`, {
    at: "/properties",
    hint: "Keep what is measured as points, and long texts elsewhere.",
  });

/** Own members only: "constructor" is no stream of anybody. */
function streamNamed(name: string, streams: Record<string, KeptStream>, at: string): Required<KeptStream> {
  const type = Object.hasOwn(streams, name) ? streams[name] : undefined;
  if (type) return { storedAs: name, ...type };
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
