// One individual: the only writer of its state, points and predictions. D1 follows through due work.

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
} from "@eigentwin/core";
import { warnOf } from "@eigentwin/logging";
import { isRestoring } from "@eigentwin/index/tenant-state";
import { flushWhenDue } from "@eigentwin/metrics";
import {
  dumpPart,
  exists,
  plan,
  planRetry,
  prepareStorage,
  restorePart,
  serveDue,
  written,
  type DumpCursor,
  type DumpPart,
} from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import {
  ALL_OR_NOTHING,
  streamFolder,
  twinName,
  type AppendOptions,
  type Appended,
  type Author,
  type BranchDraft,
  type BranchSummary,
  type Condition,
  type ConsentChange,
  type Promoting,
  type Promotion,
  type ReceivedPoint,
  type RunFinding,
  type StateWrite,
  type TwinDraft,
  type TwinOrBranch,
  type TwinService,
  type TwinSubject,
  type TwinUpgrade,
  type TwinView,
  type WriteAnswer,
  type WriteReceipt,
} from "./contract.ts";
import { auditNote } from "./audit-note.ts";
import { answering, notThere } from "./answering.ts";
import { askStreams, askTwin } from "./asking.ts";
import { afterBranchesMs } from "./branches/branch-record.ts";
import { branchesOf } from "./branches/index.ts";
import { changing, counted, followLinks, noteAppended, type Audited } from "./change.ts";
import { checkCondition, needMatch } from "./condition.ts";
import { changeConsent } from "./consent.ts";
import { bury, graveOf, idErased } from "./grave.ts";
import { noteFinding } from "./findings.ts";
import { isDue } from "./index-twin.ts";
import { erasureOf, retireTwin, withoutTarget } from "./retire.ts";
import { storeState, writableOf, writeState, type Written } from "./state.ts";
import { TWIN_STEPS } from "./steps.ts";
import { bringPointsForward } from "./streams/bring-forward.ts";
import { checkedPoints, checkedSeries, pointsBytes, type Checked } from "./streams/received.ts";
import { hasOwnBodies } from "./streams/segments.ts";
import { noteTwinEvent } from "./twin-events.ts";
import {
  headOf,
  idTaken,
  insertTwin,
  isSameRequest,
  presentTwin,
  readTwin,
  subjectOf,
  type TwinRecord,
} from "./twin-record.ts";
import { TwinAnswers } from "./twin-answers.ts";
import { TWIN_WORKS, TwinWork } from "./twin-work.ts";
import { noteUpgradeFailure, undoUpgrade, upgradeTwin } from "./upgrades.ts";
import { receiptOf, viewOf } from "./view.ts";

export class TwinObject extends TwinAnswers implements TwinService {
  readonly #branches;
  readonly #work: TwinWork;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#branches = branchesOf(ctx.storage, this.streams);
    this.#work = new TwinWork(env, ctx.storage, this.streams);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, TWIN_STEPS, () => bringPointsForward(ctx.storage.sql));
  }

  async create(draft: TwinDraft): Promise<Outcome<TwinView>> {
    if (this.#work.isRetired()) await this.#work.finishRetiring();
    const { storage } = this.ctx;
    if (graveOf(storage) !== undefined) return idErased(draft);
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
      const audit = auditNote(storage.sql, { by: draft.by, path: "", content: state });
      noteTwinEvent(storage, "twin.created", { data: { synthetic: draft.synthetic }, audit });
    });
    const { id, tenant } = draft;
    this.#tell();
    await this.#work.followInIndex().catch(warnOf("twin not indexed yet", { twin: id, tenant }));
    return this.view();
  }

  async write(write: StateWrite): Promise<Outcome<WriteAnswer>> {
    return written(this.ctx.storage, write.isTrial ?? false, () => this.#write(write));
  }

  #write(write: StateWrite): Outcome<WriteAnswer> {
    const { sql } = this.ctx.storage;
    const entry = { kind: "changed", author: write.author } as const;
    const audited = { by: write.author.by, path: pointer(write.path), content: write.change };
    const answer = this.#writing("twin.changed", audited, (twin, now) =>
      writeState(twin, write, (state) => storeState(sql, twin, state, { ...entry, now })),
    );
    return this.#written(answer, write.withView === true);
  }

  async unlink(target: string, author: Author): Promise<Outcome<undefined>> {
    const audited = { by: author.by, path: "/links", content: { target } };
    return this.#writing("twin.changed", audited, (twin, now) => {
      const state = withoutTarget(writableOf(twin), target);
      if (!isSameJson(state.links, twin.links))
        storeState(this.ctx.storage.sql, twin, state, { kind: "unlinked", author, now });
      return undefined;
    });
  }

  async retire(condition: Condition, author: Author): Promise<Outcome<undefined>> {
    const retired = askTwin(this.ctx.storage, (twin) => {
      checkCondition(condition, twin.revision);
      needMatch(condition);
      retireTwin(this.ctx.storage, { event: "twin.deleted", by: author.by });
      return twin;
    });
    if (!retired.ok) return retired;
    const { tenant, id } = retired.value;
    await this.#work.finishRetiring().catch(warnOf("twin not gone everywhere yet", { twin: id, tenant }));
    return succeed(undefined);
  }

  async eraseAs(erasure: string, { by }: Author): Promise<Outcome<"erasing" | "erased">> {
    const { storage } = this.ctx;
    if (presentTwin(storage)) retireTwin(storage, { event: "twin.erased", by, erasure });
    const isGoing = () => this.#work.isRetired() && erasureOf(storage.sql) === erasure;
    if (isGoing()) await this.#work.finishRetiring().catch(warnOf("twin not erased yet", { erasure }));
    if (graveOf(storage) === erasure) return succeed("erased");
    return isGoing() ? succeed("erasing") : notThere();
  }

  async scrub(erasure: string): Promise<void> {
    const { storage } = this.ctx;
    if (exists(storage) && graveOf(storage) !== erasure) return;
    // In one turn, so that nobody finds the id free in between.
    void storage.deleteAll();
    bury(storage, erasure);
    await storage.sync();
  }

  async keepErased(erasure: string): Promise<Outcome<undefined>> {
    if (!(await isRestoring(this.env.INDEX, this.ctx.id.name)))
      return fail("tenant.exists", "this tenant is not being restored");
    bury(this.ctx.storage, erasure);
    return succeed(undefined);
  }

  async changeConsent(change: ConsentChange): Promise<Outcome<WriteReceipt>> {
    const { sql } = this.ctx.storage;
    const { purpose, isAllowed, author } = change;
    const audited = { by: author.by, path: `/consent/${purpose}`, content: { isAllowed } };
    const event = isAllowed ? "twin.consent-given" : "twin.consent-withdrawn";
    const changed = this.#writing(event, audited, (twin, now) => changeConsent(sql, twin, change, now));
    return changed.ok ? askTwin(this.ctx.storage, (twin) => receiptOf(twin, changed.value)) : changed;
  }

  async append(points: ReceivedPoint[], options = ALL_OR_NOTHING): Promise<Outcome<Appended>> {
    return this.#appending((streams) => checkedPoints(points, streams, Date.now()), options);
  }

  async appendSeries(series: Record<string, Series>, by: string | null): Promise<Outcome<Appended>> {
    return this.#appending((streams) => checkedSeries(series, streams, Date.now()), { ...ALL_OR_NOTHING, by });
  }

  async bodyKeys(): Promise<Outcome<string[]>> {
    return askStreams(this.ctx.storage, async () => this.streams.bodyKeys());
  }

  async upgrade(upgrade: TwinUpgrade): Promise<Outcome<TwinSubject | "changed">> {
    const { sql } = this.ctx.storage;
    const audited = { by: upgrade.author.by, path: "/type", content: upgrade.properties };
    return this.#writing("twin.upgraded", audited, (twin, now) => {
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
    const undone = this.#writing("twin.upgrade-undone", { by: author.by, path: "/type" }, (_twin, now) => {
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
      const audit = auditNote(this.ctx.storage.sql, { by: null, path: `/findings/${run}`, content: finding });
      const data = prediction && { run, verdict, quantity: prediction.quantity };
      if (data) noteTwinEvent(this.ctx.storage, "prediction.made", { data, audit });
      else noteTwinEvent(this.ctx.storage, "finding.noted", { audit, isUntold: true });
    });
  }

  async dumpPart(cursor: DumpCursor | null): Promise<Outcome<DumpPart>> {
    return askTwin(this.ctx.storage, () => dumpPart(this.ctx.storage, "twin", cursor));
  }

  async restorePart(bytes: Uint8Array): Promise<Outcome<boolean>> {
    if (!(await isRestoring(this.env.INDEX, this.ctx.id.name)))
      return fail("tenant.exists", "this tenant is not being restored");
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

  async follow(isAnew: boolean): Promise<Outcome<undefined>> {
    if (this.#work.isRetired()) await this.#work.finishRetiring();
    if (!presentTwin(this.ctx.storage)) return notThere();
    if (isAnew || isDue(this.ctx.storage, "index")) await this.#work.followInIndex(isAnew);
    return succeed(undefined);
  }

  erase(): Promise<void> {
    return this.#work.erase();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, TWIN_WORKS, ({ work }) => this.#work.serve(work));
    await flushWhenDue(metricsOf(this.env.METRICS));
  }

  async makeBranch(draft: BranchDraft): Promise<Outcome<TwinView>> {
    const made = askTwin(this.ctx.storage, () => this.#branches.make(draft));
    return made.ok ? this.#branches.named(draft.name).view() : made;
  }

  async branches(): Promise<Outcome<BranchSummary[]>> {
    return askTwin(this.ctx.storage, ({ id }) => this.#branches.list(id));
  }

  async promotion(name: string): Promise<Outcome<Promotion>> {
    return askTwin(this.ctx.storage, (twin) => this.#branches.promotion(twin, name));
  }

  async promote(promoting: Promoting): Promise<Outcome<WriteAnswer>> {
    const loaded = await askStreams(this.ctx.storage, () => this.#branches.segmentsUnder(promoting.branch));
    if (!loaded.ok) return loaded;
    const content = await this.promotion(promoting.branch);
    const audited = { by: promoting.author.by, path: `/branches/${promoting.branch}/promotion`, content };
    const written = this.#writing("twin.changed", audited, (twin, now) =>
      this.#branches.promote(twin, { promoting, loaded: loaded.value, nowMs: Date.parse(now) }),
    );
    return this.#written(written, true);
  }

  onBranch(name: string, method: keyof TwinOrBranch, question: readonly unknown[]): Promise<Outcome<unknown>> {
    return this.#branches.ask(name, method, question);
  }

  /** Checks everything before the first write, then writes all of it in one transaction. */
  #appending(
    checkedOf: (streams: Record<string, KeptStream>) => Checked[],
    options: AppendOptions,
  ): Promise<Outcome<Appended>> {
    const { storage } = this.ctx;
    const appending = askStreams(storage, async (streams) => {
      const checked = checkedOf(streams);
      const appended = await this.streams.receive(checked, options, (rows, loaded) => {
        // Retired while old points were read.
        if (!headOf(storage.sql)) refuse("twin.not-found", "there is no such twin");
        const outcomes = this.streams.write(rows, loaded, streams, afterBranchesMs(storage.sql));
        noteAppended(storage, outcomes, { by: options.by, path: "/points", content: pointsBytes(checked) });
        return outcomes;
      });
      return { ...appended, sequence: headOf(storage.sql)?.sequence ?? 0 };
    });
    return appending.finally(() => this.#tell());
  }

  #writing<T>(event: string, audited: Audited, write: (twin: TwinRecord, now: string) => T): Outcome<T> {
    const written = askTwin(this.ctx.storage, (twin) =>
      changing(this.ctx.storage, twin, { event, audited, write: (now) => write(twin, now) }),
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

  /** As the twin is after it. */
  #written(written: Outcome<Written>, withView: boolean): Outcome<WriteAnswer> {
    if (!written.ok) return written;
    const { value } = written;
    if (value.kind !== "written") return succeed(value);
    return askTwin(this.ctx.storage, (twin) => {
      const receipt = receiptOf(twin, value.isNew);
      return {
        kind: "written",
        receipt: withView ? { ...receipt, view: viewOf(this.ctx.storage.sql, twin) } : receipt,
      };
    });
  }

  /** Beside the answer, which does not wait for it. */
  #tell(): void {
    this.ctx.waitUntil(this.#work.tell());
  }
}
