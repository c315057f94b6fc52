// One individual: the only writer of its state, points and predictions. D1 follows through due work.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import {
  checkLimits,
  EMPTY_STATE,
  fail,
  isSameJson,
  refuse,
  succeed,
  type Failure,
  type KeptStream,
  type Outcome,
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
  type DumpCursor,
  type DumpPart,
} from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import {
  streamFolder,
  twinName,
  type AppendOptions,
  type AppendReceipt,
  type AppendResult,
  type Author,
  type BucketPage,
  type BucketQuestion,
  type Condition,
  type Moment,
  type PastState,
  type Picture,
  type PictureQuestion,
  type ReceivedPoint,
  type RunFinding,
  type SeriesOptions,
  type SeriesPart,
  type StateWrite,
  type TwinDraft,
  type TwinService,
  type TwinSubject,
  type TwinUpgrade,
  type TwinView,
  type WriteAnswer,
} from "./contract.ts";
import { answering, answeringLater, notThere } from "./answering.ts";
import { changing, counted, followLinks } from "./change.ts";
import { checkCondition, needMatch } from "./condition.ts";
import { noteFinding } from "./findings.ts";
import { diffBetween, readHistory, stateAt } from "./history.ts";
import { isRestoring } from "./index-twin.ts";
import { retireTwin, withoutTarget } from "./retire.ts";
import { noPart, partAt, storeState, writableOf, writeState } from "./state.ts";
import { TWIN_STEPS } from "./steps.ts";
import { bringPointsForward } from "./streams/bring-forward.ts";
import { streamsOf } from "./streams/index.ts";
import { checkedPoints, checkedSeries, type Checked } from "./streams/received.ts";
import { hasOwnBodies } from "./streams/segments.ts";
import { noteTwinEvent } from "./twin-events.ts";
import {
  headOf,
  idTaken,
  insertTwin,
  isSameRequest,
  presentTwin,
  readTwin,
  streamsOfTwin,
  subjectOf,
  type TwinRecord,
} from "./twin-record.ts";
import { TWIN_WORKS, TwinWork } from "./twin-work.ts";
import { noteUpgradeFailure, streamsAt, undoUpgrade, upgradeTwin } from "./upgrades.ts";
import { receiptOf, viewOf } from "./view.ts";

const ALL_OR_NOTHING: AppendOptions = { isPartial: false, isEach: false };

export class TwinObject extends DurableObject<Env> implements TwinService {
  readonly #streams;
  readonly #work: TwinWork;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#streams = streamsOf(ctx.storage, env.BODIES);
    this.#work = new TwinWork(env, ctx.storage, this.#streams);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, TWIN_STEPS, () => bringPointsForward(ctx.storage.sql));
  }

  async create(draft: TwinDraft): Promise<Outcome<TwinView>> {
    if (this.#work.isRetired()) await this.#work.finishRetiring();
    const { storage } = this.ctx;
    const twin = presentTwin(storage);
    if (twin) return isSameRequest(twin, draft) ? this.view() : idTaken(twin, draft);
    const state = writableOf(draft);
    const checked = answering(() => checkLimits(state));
    if (!checked.ok) return checked;
    // All of it or nothing: tables without their row would be a twin that is neither there nor free.
    prepareStorage(storage, TWIN_STEPS, () => {
      insertTwin(storage.sql, draft, new Date().toISOString());
      followLinks(storage, EMPTY_STATE, state);
      planRetry(storage, "index");
      noteTwinEvent(storage, "twin.created", { synthetic: draft.synthetic });
    });
    this.#tell();
    const { id, tenant } = draft;
    await this.#work.followInIndex().catch(warnOf("twin not indexed yet", { twin: id, tenant }));
    return this.view();
  }

  async view(): Promise<Outcome<TwinView>> {
    return this.#answering((twin) => viewOf(this.ctx.storage.sql, twin));
  }

  async subject(): Promise<Outcome<TwinSubject>> {
    return this.#answering(subjectOf);
  }

  async part(path: readonly string[]): Promise<Outcome<{ value: unknown; revision: number }>> {
    return this.#answering((twin) => {
      const value = partAt(writableOf(twin), path);
      return value === undefined ? noPart(path) : { value, revision: twin.revision };
    });
  }

  async write(write: StateWrite): Promise<Outcome<WriteAnswer>> {
    const { sql } = this.ctx.storage;
    const entry = { kind: "changed", author: write.author } as const;
    const written = this.#writing("twin.changed", (twin, now) =>
      writeState(twin, write, (state) => storeState(sql, twin, state, { ...entry, now })),
    );
    if (!written.ok || written.value.kind !== "written") return written as Outcome<WriteAnswer>;
    const { isNew } = written.value;
    return this.#answering((twin) => ({ kind: "written", receipt: receiptOf(sql, twin, isNew, write) }));
  }

  async unlink(target: string, author: Author): Promise<Outcome<undefined>> {
    return this.#writing("twin.changed", (twin, now) => {
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
        noteTwinEvent(this.ctx.storage, "twin.deleted");
        retireTwin(this.ctx.storage.sql, new Date().toISOString());
        planRetry(this.ctx.storage, "retire");
      });
      return twin;
    });
    if (!retired.ok) return retired;
    const { tenant, id } = retired.value;
    await this.#work.finishRetiring().catch(warnOf("twin not gone everywhere yet", { twin: id, tenant }));
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

  async append(points: ReceivedPoint[], options = ALL_OR_NOTHING): Promise<Outcome<AppendResult>> {
    return this.#appending((streams) => checkedPoints(points, streams, Date.now()), options);
  }

  async appendSeries(series: Record<string, Series>): Promise<Outcome<AppendResult>> {
    return this.#appending((streams) => checkedSeries(series, streams, Date.now()), ALL_OR_NOTHING);
  }

  async series(name: string, range: TimeRange, options: SeriesOptions): Promise<Outcome<SeriesPart>> {
    return this.#reading((streams) => this.#streams.series(name, streams, range, options), options.revision);
  }

  async buckets(name: string, range: TimeRange, question: BucketQuestion): Promise<Outcome<BucketPage>> {
    return this.#reading((streams) => this.#streams.buckets(name, streams, range, question));
  }

  async picture(name: string, range: TimeRange, question: PictureQuestion): Promise<Outcome<Picture>> {
    return this.#reading((streams) => this.#streams.picture(name, streams, range, question));
  }

  async bodyKeys(): Promise<Outcome<string[]>> {
    return this.#reading(async () => this.#streams.bodyKeys());
  }

  async upgrade(upgrade: TwinUpgrade): Promise<Outcome<TwinSubject | "changed">> {
    const { sql } = this.ctx.storage;
    return this.#writing("twin.upgraded", (twin, now) => {
      if (twin.revision !== upgrade.revision) return "changed";
      checkLimits({ ...writableOf(twin), properties: upgrade.properties });
      upgradeTwin(sql, twin, upgrade, now);
      return subjectOf(readTwin(sql) ?? twin);
    });
  }

  async noteUpgradeFailure(failed: { to: string; failure: Failure }): Promise<Outcome<undefined>> {
    return this.#noting(() => {
      noteUpgradeFailure(this.ctx.storage.sql, { ...failed, triedAt: new Date().toISOString() });
      counted(this.ctx.storage);
    });
  }

  async undoUpgrade(author: Author): Promise<Outcome<TwinView>> {
    const undone = this.#writing("twin.upgrade-undone", (_twin, now) => {
      if (!undoUpgrade(this.ctx.storage.sql, author, now))
        refuse("twin.not-upgraded", "this twin has no upgrade that could be undone");
    });
    return undone.ok ? this.view() : undone;
  }

  async noteRun(finding: RunFinding): Promise<Outcome<undefined>> {
    return this.#noting(() => {
      if (!noteFinding(this.ctx.storage.sql, finding)) return;
      counted(this.ctx.storage);
      const { run, verdict, prediction } = finding;
      if (prediction)
        noteTwinEvent(this.ctx.storage, "prediction.made", { run, verdict, quantity: prediction.quantity });
    });
  }

  async dumpPart(cursor: DumpCursor | null): Promise<Outcome<DumpPart>> {
    return this.#answering(() => dumpPart(this.ctx.storage, "twin", cursor));
  }

  async restorePart(bytes: Uint8Array): Promise<Outcome<boolean>> {
    const [tenant = ""] = this.ctx.id.name?.split("/") ?? [];
    if (!(await isRestoring(this.env.INDEX, tenant))) return fail("tenant.exists", "this tenant is not being restored");
    const finish = () => {
      const twin = presentTwin(this.ctx.storage);
      if (!twin || twinName(twin.tenant, twin.id) !== this.ctx.id.name)
        refuse("archive.malformed", "this is the dump of another twin");
      if (!hasOwnBodies(this.ctx.storage.sql, streamFolder(twin.tenant, twin.id)))
        refuse("archive.malformed", "this twin names a body that is not its own");
      bringPointsForward(this.ctx.storage.sql);
      plan(this.ctx.storage, "links", Date.now());
      plan(this.ctx.storage, "index", Date.now());
    };
    return restorePart(this.ctx.storage, bytes, { kind: "twin", steps: TWIN_STEPS, works: TWIN_WORKS, finish });
  }

  erase(): Promise<void> {
    return this.#work.erase();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, TWIN_WORKS, ({ work }) => this.#work.serve(work));
    await flushWhenDue(metricsOf(this.env.METRICS));
  }

  /** Checks everything before the first write, then writes all of it in one transaction. */
  #appending(
    checkedOf: (streams: Record<string, KeptStream>) => Checked[],
    options: AppendOptions,
  ): Promise<Outcome<AppendResult>> {
    const onChange = (receipt: AppendReceipt) => {
      // Retired while old points were read.
      if (!headOf(this.ctx.storage.sql)) refuse("twin.not-found", "there is no such twin");
      counted(this.ctx.storage);
      noteTwinEvent(this.ctx.storage, "points.appended", { ...receipt });
    };
    const appending = this.#reading((streams) =>
      this.#streams.append(checkedOf(streams), streams, { ...options, onChange }),
    );
    return appending.finally(() => this.#tell());
  }

  /** With the streams as they are called now, or were at a revision. */
  async #reading<T>(work: (streams: Record<string, KeptStream>) => Promise<T>, revision?: number): Promise<Outcome<T>> {
    const { storage } = this.ctx;
    const streams = exists(storage) ? streamsOfTwin(storage.sql) : undefined;
    if (!streams) return notThere();
    return answeringLater(() => work(revision === undefined ? streams : streamsAt(storage.sql, revision)));
  }

  #answering<T>(answer: (twin: TwinRecord) => T): Outcome<T> {
    const twin = presentTwin(this.ctx.storage);
    return twin ? answering(() => answer(twin)) : notThere();
  }

  #writing<T>(event: string, write: (twin: TwinRecord, now: string) => T): Outcome<T> {
    const written = this.#answering((twin) =>
      changing(this.ctx.storage, twin, { event, write: (now) => write(twin, now) }),
    );
    this.#tell();
    return written;
  }

  /** One transaction about what is no part of the state. */
  #noting(note: () => void): Outcome<undefined> {
    const { storage } = this.ctx;
    if (!exists(storage) || !headOf(storage.sql)) return notThere();
    storage.transactionSync(note);
    this.#tell();
    return succeed(undefined);
  }

  /** Beside the answer, which does not wait for it. */
  #tell(): void {
    this.ctx.waitUntil(this.#work.tell());
  }
}
