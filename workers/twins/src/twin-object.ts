// One individual: the only writer of its state, points and predictions. D1 follows through due work.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import {
  checkLimits,
  EMPTY_STATE,
  fail,
  isSameJson,
  pointer,
  refuse,
  succeed,
  type Failure,
  type KeptStream,
  type Outcome,
  type Series,
  type TimeRange,
  type WritableState,
} from "@eigentwin/core";
import { warnOf } from "@eigentwin/logging";
import { flushWhenDue } from "@eigentwin/metrics";
import {
  dumpPart,
  exists,
  hasEvents,
  OUTBOX,
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
  streamFolder,
  twinName,
  type AppendOptions,
  type AppendReceipt,
  type AppendResult,
  type Author,
  type BucketPage,
  type BucketQuestion,
  type Condition,
  type ConsentChange,
  type ConsentView,
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
  type WriteReceipt,
} from "./contract.ts";
import { auditNote } from "./audit-note.ts";
import { answering, answeringLater, notThere } from "./answering.ts";
import { checkCondition, needMatch } from "./condition.ts";
import { changeConsent, consentOf, permits } from "./consent.ts";
import { bury, graveOf, idErased } from "./grave.ts";
import { noteFinding } from "./findings.ts";
import { diffBetween, readHistory, stateAt } from "./history.ts";
import { indexTwin, isRestoring } from "./index-twin.ts";
import { erasureOf, forgetTwin, isRetired, retireTwin, unlinkSources, withoutTarget } from "./retire.ts";
import { noPart, partAt, storeState, writableOf, writeState } from "./state.ts";
import { TWIN_STEPS } from "./steps.ts";
import { bringPointsForward } from "./streams/bring-forward.ts";
import { streamsOf, STREAMS_WORK } from "./streams/index.ts";
import { checkedPoints, checkedSeries, pointsText, type Checked } from "./streams/received.ts";
import { hasOwnBodies } from "./streams/segments.ts";
import {
  idTaken,
  insertTwin,
  isSameRequest,
  nameOf,
  noteChange,
  readTwin,
  subjectOf,
  type TwinRecord,
} from "./twin-record.ts";
import { noteUpgradeFailure, streamsAt, undoUpgrade, upgradeTwin } from "./upgrades.ts";
import { noteTwinEvent, tellFeed } from "./twin-events.ts";
import { viewOf } from "./view.ts";

/** Everything that is ever due of a twin. */
const TWIN_WORKS = ["index", "links", OUTBOX, STREAMS_WORK, "retire"] as const;
/** The index follows changes at most this often. */
const INDEX_EVERY_MS = 1_000;
const ALL_OR_NOTHING: AppendOptions = { isPartial: false, isEach: false, by: null };

export class TwinObject extends DurableObject<Env> implements TwinService {
  readonly #streams;
  #following: Promise<void> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#streams = streamsOf(ctx.storage, env.BODIES);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, TWIN_STEPS, () => bringPointsForward(ctx.storage.sql));
  }

  async create(draft: TwinDraft): Promise<Outcome<TwinView>> {
    if (this.#isRetired()) await this.#finishRetiring();
    if (graveOf(this.ctx.storage) !== undefined) return idErased(draft);
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
      const audit = auditNote(this.ctx.storage.sql, draft.by, "", state);
      noteTwinEvent(this.ctx.storage, "twin.created", { data: { synthetic: draft.synthetic }, audit });
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
    const note = { by: write.author.by, path: pointer(write.path), content: write.change };
    return this.#writing("twin.changed", note, (twin, now) => writeState(this.ctx.storage.sql, twin, write, now));
  }

  async unlink(target: string, author: Author): Promise<Outcome<undefined>> {
    return this.#writing("twin.changed", { by: author.by, path: "/links", content: { target } }, (twin, now) => {
      const state = withoutTarget(writableOf(twin), target);
      if (!isSameJson(state.links, twin.links))
        storeState(this.ctx.storage.sql, twin, state, { kind: "unlinked", author, now });
      return undefined;
    });
  }

  async retire(condition: Condition, author: Author): Promise<Outcome<undefined>> {
    const retired = this.#answering((twin) => {
      checkCondition(condition, twin.revision);
      needMatch(condition);
      this.#retire("twin.deleted", author);
      return twin;
    });
    if (!retired.ok) return retired;
    const { tenant, id } = retired.value;
    await this.#finishRetiring().catch(warnOf("twin not gone everywhere yet", { twin: id, tenant }));
    return succeed(undefined);
  }

  async eraseAs(erasure: string, author: Author): Promise<Outcome<"erasing" | "erased">> {
    const { storage } = this.ctx;
    if (this.#twin()) this.#retire("twin.erased", author, erasure);
    if (this.#isRetired() && erasureOf(storage.sql) === erasure)
      await this.#finishRetiring().catch(warnOf("twin not erased yet", { erasure }));
    if (graveOf(storage) === erasure) return succeed("erased");
    return this.#isRetired() && erasureOf(storage.sql) === erasure ? succeed("erasing") : notThere();
  }

  async keepErased(erasure: string): Promise<Outcome<undefined>> {
    const [tenant = ""] = this.ctx.id.name?.split("/") ?? [];
    if (!(await isRestoring(this.env.INDEX, tenant))) return fail("tenant.exists", "this tenant is not being restored");
    bury(this.ctx.storage, erasure);
    return succeed(undefined);
  }

  async permits(purpose: string | null): Promise<Outcome<undefined>> {
    const twin = this.#twin();
    return twin ? permits(this.ctx.storage.sql, twin, purpose) : notThere();
  }

  async consent({ before, limit }: { before: number | null; limit: number }): Promise<Outcome<ConsentView>> {
    return this.#answering((twin) => consentOf(this.ctx.storage.sql, twin, before, limit));
  }

  async changeConsent(change: ConsentChange): Promise<Outcome<WriteReceipt>> {
    const { purpose, isAllowed, author } = change;
    const note = { by: author.by, path: `/consent/${purpose}`, content: { isAllowed } };
    const event = isAllowed ? "twin.consent-given" : "twin.consent-withdrawn";
    const changed = this.#writing(event, note, (twin, now) => changeConsent(this.ctx.storage.sql, twin, change, now));
    return changed.ok
      ? this.#answering(({ id, revision, sequence, updatedAt }) => ({
          id,
          revision,
          sequence,
          updatedAt,
          isNew: changed.value,
        }))
      : changed;
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

  async appendSeries(series: Record<string, Series>, by: string | null): Promise<Outcome<AppendResult>> {
    return this.#appending((streams) => checkedSeries(series, streams, Date.now()), { ...ALL_OR_NOTHING, by });
  }

  async series(name: string, range: TimeRange, options: SeriesOptions): Promise<Outcome<SeriesPart>> {
    const { purpose, revision } = options;
    const permitted = purpose === undefined ? succeed(undefined) : await this.permits(purpose);
    if (!permitted.ok) return permitted;
    return this.#reading((streams) => this.#streams.series(name, streams, range, options), revision);
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
    const twin = this.#twin();
    if (!twin) return notThere();
    if (twin.revision !== upgrade.revision) return succeed("changed");
    const note = { by: upgrade.author.by, path: "/type", content: upgrade.properties };
    return this.#writing("twin.upgraded", note, (_twin, now) => {
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
    const undone = this.#writing("twin.upgrade-undone", { by: author.by, path: "/type" }, (_twin, now) => {
      if (!undoUpgrade(this.ctx.storage.sql, author, now))
        refuse("twin.not-upgraded", "this twin has no upgrade that could be undone");
    });
    return undone.ok ? this.view() : undone;
  }

  async noteRun(finding: RunFinding): Promise<Outcome<undefined>> {
    if (!this.#twin()) return notThere();
    this.ctx.storage.transactionSync(() => {
      if (!noteFinding(this.ctx.storage.sql, finding)) return;
      this.#changed();
      const { run, verdict, prediction } = finding;
      const audit = auditNote(this.ctx.storage.sql, null, `/findings/${run}`, finding);
      if (prediction)
        noteTwinEvent(this.ctx.storage, "prediction.made", {
          data: { run, verdict, quantity: prediction.quantity },
          audit,
        });
      else noteTwinEvent(this.ctx.storage, "finding.noted", { audit, isUntold: true });
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
      if (!hasOwnBodies(this.ctx.storage.sql, streamFolder(twin.tenant, twin.id)))
        refuse("archive.malformed", "this twin names a body that is not its own");
      bringPointsForward(this.ctx.storage.sql);
      plan(this.ctx.storage, "links", Date.now());
      plan(this.ctx.storage, "index", Date.now());
    };
    return restorePart(this.ctx.storage, bytes, { kind: "twin", steps: TWIN_STEPS, works: TWIN_WORKS, finish });
  }

  async erase(): Promise<void> {
    // Bodies first: while a row is left, erasing can be asked for again.
    const name = exists(this.ctx.storage) && nameOf(this.ctx.storage.sql);
    if (name) await this.#streams.eraseBodies(streamFolder(name.tenant, name.id));
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, TWIN_WORKS, ({ work }) => this.#serve(work));
    await flushWhenDue(metricsOf(this.env.METRICS));
  }

  #serve(work: string): Promise<void> {
    if (work === OUTBOX) return this.#inTurn(() => tellFeed(this.env, this.ctx.storage));
    if (work === STREAMS_WORK) return this.#inTurn(() => this.#keepUpStreams());
    return work === "retire" ? this.#finishRetiring() : this.#followInIndex();
  }

  /** Checks everything before the first write, then writes all of it in one transaction. */
  #appending(
    checkedOf: (streams: Record<string, KeptStream>) => Checked[],
    options: AppendOptions,
  ): Promise<Outcome<AppendResult>> {
    return this.#reading((streams) => {
      const checked = checkedOf(streams);
      const onChange = (receipt: AppendReceipt) => {
        // Retired while old points were read.
        if (!this.#twin()) refuse("twin.not-found", "there is no such twin");
        this.#changed();
        const audit = auditNote(this.ctx.storage.sql, options.by, "/points", pointsText(checked));
        noteTwinEvent(this.ctx.storage, "points.appended", { data: { ...receipt }, audit });
      };
      return this.#streams.append(checked, streams, { ...options, onChange });
    });
  }

  /** From here on it is not there for anybody. */
  #retire(event: string, { by }: Author, erasure: string | null = null): void {
    const { storage } = this.ctx;
    storage.transactionSync(() => {
      noteTwinEvent(storage, event, { audit: auditNote(storage.sql, by, "") });
      retireTwin(storage.sql, new Date().toISOString(), erasure);
      planRetry(storage, "retire");
    });
  }

  /** With the streams as they are called now, or were at a revision. */
  async #reading<T>(work: (streams: Record<string, KeptStream>) => Promise<T>, revision?: number): Promise<Outcome<T>> {
    const twin = this.#twin();
    if (!twin) return notThere();
    return answeringLater(() =>
      work(revision === undefined ? twin.streams : streamsAt(this.ctx.storage.sql, revision)),
    );
  }

  #answering<T>(answer: (twin: TwinRecord) => T): Outcome<T> {
    const twin = this.#twin();
    return twin ? answering(() => answer(twin)) : notThere();
  }

  /** One transaction: what gives the twin another revision is told as this event, and the index follows. */
  #writing<T>(
    event: string,
    { by, path, content }: { by: string | null; path: string; content?: unknown },
    write: (twin: TwinRecord, now: string) => T,
  ): Outcome<T> {
    return this.#answering((twin) =>
      this.ctx.storage.transactionSync(() => {
        const written = write(twin, new Date().toISOString());
        const after = this.#twin();
        if (after && after.revision !== twin.revision) {
          this.#indexLinks(twin, after);
          this.#changed();
          const audit = auditNote(this.ctx.storage.sql, by, path, content);
          const data = after.type === twin.type ? {} : { from: twin.type };
          noteTwinEvent(this.ctx.storage, event, { data, audit });
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

  #followInIndex(): Promise<void> {
    return this.#inTurn(() => this.#index());
  }

  #finishRetiring(): Promise<void> {
    return this.#inTurn(() => this.#leaveNothing());
  }

  /**
   * One at a time: what was under way does not index a twin that is retired, nor forget the one that comes after it, nor
   * write a body of it or take an event of its successor for told.
   */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#following = this.#following.catch(() => undefined).then(work);
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
  async #leaveNothing(): Promise<void> {
    if (!exists(this.ctx.storage)) return;
    const name = nameOf(this.ctx.storage.sql);
    if (!name || !this.#isRetired()) return settle(this.ctx.storage, "retire");
    await unlinkSources(this.env, name);
    await forgetTwin(this.env.INDEX, name);
    while (this.#isRetired() && hasEvents(this.ctx.storage.sql)) await tellFeed(this.env, this.ctx.storage);
    if (!this.#isRetired()) return;
    const erasure = erasureOf(this.ctx.storage.sql);
    if (erasure === null) return this.erase();
    await this.#streams.eraseBodies(streamFolder(name.tenant, name.id));
    bury(this.ctx.storage, erasure);
  }

  #isRetired(): boolean {
    return exists(this.ctx.storage) && isRetired(this.ctx.storage.sql);
  }

  async #keepUpStreams(): Promise<void> {
    const twin = this.#twin();
    if (twin) return this.#streams.keepUp(twin.streams, streamFolder(twin.tenant, twin.id));
    if (exists(this.ctx.storage)) settle(this.ctx.storage, STREAMS_WORK);
  }

  #twin(): TwinRecord | undefined {
    return exists(this.ctx.storage) ? readTwin(this.ctx.storage.sql) : undefined;
  }
}
