// One individual: the only writer of its state, points and predictions. D1 follows through due work.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import {
  checkLimits,
  EMPTY_STATE,
  fail,
  isSameJson,
  Refusal,
  refuse,
  succeed,
  type Failure,
  type KeptStream,
  type Outcome,
  type Point,
  type Series,
  type TimeRange,
  type WritableState,
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
  type Author,
  type Condition,
  type Moment,
  type PastState,
  type RunFinding,
  type SeriesOptions,
  type StateWrite,
  type TwinDraft,
  type TwinService,
  type TwinSubject,
  type TwinUpgrade,
  type TwinView,
  type WriteAnswer,
} from "./contract.ts";
import { checkCondition, needMatch } from "./condition.ts";
import { noteFinding } from "./findings.ts";
import { diffBetween, readHistory, stateAt } from "./history.ts";
import { indexTwin, isRestoring } from "./index-twin.ts";
import { forgetTwin, isRetired, retireTwin, unlinkSources, withoutTarget } from "./retire.ts";
import { noPart, partAt, storeState, writableOf, writeState } from "./state.ts";
import { appendPoints, instantMs, readSeries, type PointRow } from "./points.ts";
import { TWIN_STEPS } from "./steps.ts";
import { idTaken, insertTwin, isSameRequest, noteChange, readTwin, subjectOf, type TwinRecord } from "./twin-record.ts";
import { noteUpgradeFailure, streamsAt, undoUpgrade, upgradeTwin } from "./upgrades.ts";
import { viewOf } from "./view.ts";

/** Everything that is ever due of a twin. */
const TWIN_WORKS = ["index", "links", "retire"] as const;
/** The index follows changes at most this often. */
const INDEX_EVERY_MS = 1_000;

export class TwinObject extends DurableObject<Env> implements TwinService {
  #following: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, TWIN_STEPS);
  }

  async create(draft: TwinDraft): Promise<Outcome<TwinView>> {
    if (this.#isRetired()) await this.#finishRetiring();
    const twin = this.#twin();
    if (twin) return isSameRequest(twin, draft) ? this.view() : idTaken(twin, draft);
    const state = writableOf(draft);
    const checked = answering(() => checkLimits(state));
    if (!checked.ok) return checked;
    // All of it or nothing: tables without their row would be a twin that is neither there nor free.
    prepareStorage(this.ctx.storage, TWIN_STEPS, () => {
      insertTwin(this.ctx.storage.sql, draft, new Date().toISOString());
      this.#indexLinks(EMPTY_STATE, state);
      planRetry(this.ctx.storage, "index");
    });
    await this.#followInIndex().catch(warnOf("twin not indexed yet", { twin: draft.id, tenant: draft.tenant }));
    return this.view();
  }

  async view(): Promise<Outcome<TwinView>> {
    return this.#answering((twin) => viewOf(this.ctx.storage.sql, twin));
  }

  async subject(): Promise<Outcome<TwinSubject>> {
    const twin = this.#twin();
    return twin ? succeed(subjectOf(twin)) : notThere();
  }

  async part(path: readonly string[]): Promise<Outcome<{ value: unknown; revision: number }>> {
    return this.#answering((twin) => {
      const value = partAt(writableOf(twin), path);
      return value === undefined ? noPart(path) : { value, revision: twin.revision };
    });
  }

  async write(write: StateWrite): Promise<Outcome<WriteAnswer>> {
    return this.#writing((twin, now) => writeState(this.ctx.storage.sql, twin, write, now));
  }

  async unlink(target: string, author: Author): Promise<Outcome<undefined>> {
    return this.#writing((twin, now) => {
      const state = withoutTarget(writableOf(twin), target);
      if (!isSameJson(state.links, twin.links))
        storeState(this.ctx.storage.sql, twin, state, { kind: "unlinked", author, now });
      return undefined;
    });
  }

  async retire(condition: Condition): Promise<Outcome<undefined>> {
    const retired = this.#answering((twin) => {
      checkCondition(condition, twin.revision);
      needMatch(condition);
      this.ctx.storage.transactionSync(() => {
        retireTwin(this.ctx.storage.sql, new Date().toISOString());
        planRetry(this.ctx.storage, "retire");
      });
      return twin;
    });
    if (!retired.ok) return retired;
    const { tenant, id } = retired.value;
    await this.#finishRetiring().catch(warnOf("twin not gone everywhere yet", { twin: id, tenant }));
    return succeed(undefined);
  }

  async history(page: { before: number | null; limit: number }) {
    return this.#answering(() => readHistory(this.ctx.storage.sql, page));
  }

  async past(moment: Moment): Promise<Outcome<PastState>> {
    return this.#answering(({ id, synthetic }) => ({ id, synthetic, ...stateAt(this.ctx.storage.sql, moment) }));
  }

  async diff({ from, to }: { from: number; to?: number }) {
    return this.#answering(({ revision }) => {
      const last = to ?? revision;
      return { from, to: last, patch: diffBetween(this.ctx.storage.sql, from, last) };
    });
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
    return this.#writing((_twin, now) => {
      checkLimits({ ...writableOf(twin), properties: upgrade.properties });
      upgradeTwin(this.ctx.storage.sql, twin, upgrade, now);
      return subjectOf(this.#twin() ?? twin);
    });
  }

  async noteUpgradeFailure(failed: { to: string; failure: Failure }): Promise<Outcome<undefined>> {
    if (!this.#twin()) return notThere();
    this.ctx.storage.transactionSync(() => {
      noteUpgradeFailure(this.ctx.storage.sql, { ...failed, triedAt: new Date().toISOString() });
      this.#changed();
    });
    return succeed(undefined);
  }

  async undoUpgrade(author: Author): Promise<Outcome<TwinView>> {
    const undone = this.#writing((_twin, now) => {
      if (!undoUpgrade(this.ctx.storage.sql, author, now))
        refuse("twin.not-upgraded", "this twin has no upgrade that could be undone");
    });
    return undone.ok ? this.view() : undone;
  }

  async noteRun(finding: RunFinding): Promise<Outcome<undefined>> {
    if (!this.#twin()) return notThere();
    this.ctx.storage.transactionSync(() => {
      if (noteFinding(this.ctx.storage.sql, finding)) this.#changed();
    });
    return succeed(undefined);
  }

  async dumpPart(cursor: DumpCursor | null): Promise<Outcome<DumpPart>> {
    return this.#answering(() => dumpPart(this.ctx.storage, "twin", cursor));
  }

  async restorePart(bytes: Uint8Array): Promise<Outcome<boolean>> {
    const [tenant = ""] = this.ctx.id.name?.split("/") ?? [];
    if (!(await isRestoring(this.env.INDEX, tenant))) return fail("tenant.exists", "this tenant is not being restored");
    const finish = () => {
      const twin = this.#twin();
      if (!twin || twinName(twin.tenant, twin.id) !== this.ctx.id.name)
        refuse("archive.malformed", "this is the dump of another twin");
      plan(this.ctx.storage, "links", Date.now());
      plan(this.ctx.storage, "index", Date.now());
    };
    return restorePart(this.ctx.storage, bytes, { kind: "twin", steps: TWIN_STEPS, works: TWIN_WORKS, finish });
  }

  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, TWIN_WORKS, ({ work }) =>
      work === "retire" ? this.#finishRetiring() : this.#followInIndex(),
    );
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

  #answering<T>(answer: (twin: TwinRecord) => T): Outcome<T> {
    const twin = this.#twin();
    return twin ? answering(() => answer(twin)) : notThere();
  }

  /** One transaction: what gives the twin another revision is an event, and the index follows. */
  #writing<T>(write: (twin: TwinRecord, now: string) => T): Outcome<T> {
    return this.#answering((twin) =>
      this.ctx.storage.transactionSync(() => {
        const written = write(twin, new Date().toISOString());
        const after = this.#twin();
        if (after && after.revision !== twin.revision) {
          this.#indexLinks(twin, after);
          this.#changed();
        }
        return written;
      }),
    );
  }

  #changed(): void {
    noteChange(this.ctx.storage.sql, new Date().toISOString());
    const [planned] = this.ctx.storage.sql.exec("SELECT 1 FROM due WHERE work = 'index'").toArray();
    if (!planned) plan(this.ctx.storage, "index", Date.now() + INDEX_EVERY_MS);
  }

  /** Served together with the index of the twin. */
  #indexLinks(before: WritableState, after: WritableState): void {
    if (!isSameJson(before.links, after.links)) plan(this.ctx.storage, "links", Date.now() + INDEX_EVERY_MS);
  }

  /** One at a time, so that what is retired is not indexed again by what was under way. */
  #followInIndex(): Promise<void> {
    this.#following = this.#following.catch(() => undefined).then(() => this.#index());
    return this.#following;
  }

  /** D1 is an index, not the truth: when it cannot be reached the work stays due. */
  async #index(): Promise<void> {
    const twin = this.#twin();
    if (!twin) return;
    const { storage } = this.ctx;
    const withLinks = storage.sql.exec("SELECT 1 FROM due WHERE work = 'links'").toArray().length > 0;
    if ((await indexTwin(this.env.INDEX, twin, withLinks)) === "tenant-gone") return this.erase();
    if (!this.#twin()) return;
    // What changed while D1 was being written is still to follow.
    if (this.#twin()?.sequence !== twin.sequence) return plan(storage, "index", Date.now() + INDEX_EVERY_MS);
    settle(storage, "index");
    settle(storage, "links");
  }

  /** Each step can be repeated; the last one leaves nothing that could be served again. */
  async #finishRetiring(): Promise<void> {
    await this.#following.catch(() => undefined);
    const [row] = this.ctx.storage.sql
      .exec<{ tenant: string; id: string }>("SELECT tenant, id FROM twin WHERE retired_at IS NOT NULL")
      .toArray();
    if (!row) return settle(this.ctx.storage, "retire");
    await unlinkSources(this.env, row);
    await forgetTwin(this.env.INDEX, row);
    if (this.#isRetired()) await this.erase();
  }

  #isRetired(): boolean {
    return exists(this.ctx.storage) && isRetired(this.ctx.storage.sql);
  }

  #twin(): TwinRecord | undefined {
    return exists(this.ctx.storage) ? readTwin(this.ctx.storage.sql) : undefined;
  }
}

const notThere = () => fail("twin.not-found", "there is no such twin");

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
