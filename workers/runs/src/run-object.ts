// One run: its state, its journal and its alarm. Attempts start from the alarm, so a killed process resumes by itself.

import { DurableObject } from "cloudflare:workers";
import {
  canonicalJson,
  fail,
  nothingSpent,
  Refusal,
  refuse,
  succeed,
  type EvidenceBundle,
  type Failure,
  type Outcome,
} from "@eigentwin/core";
import { warnOf } from "@eigentwin/logging";
import { count, flush } from "@eigentwin/metrics";
import {
  dumpPart,
  exists,
  plan,
  planRetry,
  prepareStorage,
  restorePart,
  serveDue,
  settle,
  within,
  type DueWork,
  type DumpCursor,
  type DumpPart,
} from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import { indexRun, listModels, listRun, noteOnTwin } from "./announce.ts";
import { bodyKeysOf, eraseBodies, hasOwnBodies } from "./bodies.ts";
import {
  isFinal,
  runName,
  type RunMark,
  type RunRequest,
  type RunService,
  type RunView,
  type SignedEvidence,
} from "./contract.ts";
import { AFTER_THE_END, endSigned, fixEnd, FOLLOWED_BY_OTHERS } from "./end-run.ts";
import { attemptOnce, type AttemptEnd } from "./execute.ts";
import { journalStore } from "./journal-store.ts";
import { keepModel } from "./kept-models.ts";
import { boundPlugins } from "./plugins.ts";
import { runPorts } from "./ports.ts";
import { resolve } from "./resolve.ts";
import * as record from "./run-record.ts";
import { accessOf, storedCredentials } from "./secrets.ts";
import { bundleOf, signedEvidence } from "./signed-evidence.ts";
import { RUN_STEPS } from "./steps.ts";
import { tenantState } from "./tenant-state.ts";
import { askTickets, firstAskMs, releaseTickets } from "./waiting.ts";

/** Attempts in a row that add nothing to the journal before the run is given up. */
const MOST_BARREN_ATTEMPTS = 6;
/** So often a backend may fail to say what became of its tickets: with growing pauses this is more than a day. */
const MOST_ASKS_IN_VAIN = 150;
const CANCEL_WITHIN_MS = 5_000;
/** So often an accepted run of a suspended tenant looks whether it may go on. */
const LOOK_AGAIN_MS = 10_000;
const PROGRESS_EVERY_MS = 250;

export class RunObject extends DurableObject<Env> implements RunService {
  #cancelling = new AbortController();
  readonly #untilEnd = new Set<() => void>();
  readonly #untilChange = new Set<() => void>();
  /** The attempt that is under way. */
  #attempting: Promise<void> | undefined;
  /** From here on nothing is begun any more. */
  #isErasing = false;
  #progressKeptAtMs = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, RUN_STEPS);
  }

  async start(request: RunRequest, waitMs: number): Promise<Outcome<RunView>> {
    if (exists(this.ctx.storage)) return this.#startedBefore(request, waitMs);
    const plugins = await boundPlugins(this.env);
    if (exists(this.ctx.storage)) return this.#startedBefore(request, waitMs);
    const { storage } = this.ctx;
    try {
      const credentials = await storedCredentials(this.env, request.tenant);
      if (exists(storage)) return this.#startedBefore(request, waitMs);
      const resolution = resolve(plugins, request.capability, { backend: request.backend, credentials });
      prepareStorage(storage, RUN_STEPS, () => {
        record.insertRun(storage.sql, request, resolution, nothingSpent(resolution.backend.currency));
        plan(storage, "attempt", Date.now());
      });
      count("eigentwin_runs_accepted_total", [request.capability]);
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, failure: error.failure };
      throw error;
    }
    await listRun(this.env, this.#run()).catch(warnOf("run not listed yet", this.#context()));
    return this.view(waitMs);
  }

  async view(waitMs: number): Promise<Outcome<RunView>> {
    if (!exists(this.ctx.storage)) return notThere();
    if (waitMs > 0 && !isFinal(this.#run().state)) await woken(this.#untilEnd, waitMs);
    return this.#seen();
  }

  async next(seen: RunMark | undefined, waitMs: number): Promise<Outcome<RunView>> {
    const now = this.#seen();
    if (!now.ok || isFinal(now.value.state) || markOf(now.value) !== (seen && markOf(seen))) return now;
    await woken(this.#untilChange, waitMs);
    return this.#seen();
  }

  async cancel(): Promise<Outcome<RunView>> {
    if (!exists(this.ctx.storage)) return notThere();
    const { storage } = this.ctx;
    if (isFinal(this.#run().state)) return this.view(0);
    record.requestCancel(storage.sql);
    this.#cancelling.abort();
    if (!this.#attempting) plan(storage, "attempt", Date.now());
    return this.view(CANCEL_WITHIN_MS);
  }

  async evidence(): Promise<Outcome<SignedEvidence>> {
    return exists(this.ctx.storage) ? signedEvidence(this.env, this.#run()) : notThere();
  }

  async bundle(): Promise<Outcome<EvidenceBundle>> {
    return exists(this.ctx.storage) ? bundleOf(this.env, this.#run()) : notThere();
  }

  async bodyKeys(): Promise<Outcome<string[]>> {
    const { storage } = this.ctx;
    return exists(storage) ? succeed(bodyKeysOf(this.#run(), storage.sql)) : notThere();
  }

  async dumpPart(cursor: DumpCursor | null): Promise<Outcome<DumpPart>> {
    return exists(this.ctx.storage) ? succeed(dumpPart(this.ctx.storage, "run", cursor)) : notThere();
  }

  /** What was due then is due now; others are told again, because they may have been dumped before this run ended. */
  async restorePart(bytes: Uint8Array): Promise<Outcome<boolean>> {
    const { storage } = this.ctx;
    const finish = () => {
      const run = this.#run();
      const { request, state } = run;
      if (runName(request.tenant, request.id) !== this.ctx.id.name)
        refuse("archive.malformed", "this is the dump of another run");
      if (!hasOwnBodies(run)) refuse("archive.malformed", "this run names a body that is not its own");
      for (const work of isFinal(state) ? FOLLOWED_BY_OTHERS : (["index"] as const)) plan(storage, work, Date.now());
    };
    return restorePart(storage, bytes, { kind: "run", steps: RUN_STEPS, finish });
  }

  async erase(): Promise<boolean> {
    const { storage } = this.ctx;
    if (!exists(storage)) return true;
    this.#isErasing = true;
    record.requestCancel(storage.sql);
    this.#cancelling.abort();
    if (this.#attempting)
      await within(CANCEL_WITHIN_MS, this.#attempting).catch(warnOf("an attempt goes on", this.#context()));
    if (this.#attempting) return false;
    const run = this.#run();
    await releaseTickets(this.env, run, journalStore(storage)).catch(warnOf("tickets not given back", this.#context()));
    await eraseBodies(this.env, run, storage.sql);
    await storage.deleteAll();
    this.#isErasing = false;
    this.#cancelling = new AbortController();
    this.#wake();
    return true;
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, (due) => this.#serve(due));
    await flush(metricsOf(this.env.METRICS));
  }

  async #serve({ work, tries }: DueWork): Promise<void> {
    const { storage } = this.ctx;
    if (this.#isErasing) return;
    if (work === "attempt") return this.#attemptIfAllowed();
    if (work === "ask") return this.#ask(tries);
    if (work === "sign") return this.#end();
    if (work === "index") await indexRun(this.env, this.#run());
    if (work === "note-on-twin") await noteOnTwin(this.env, this.#run());
    if (work === "list-models") await listModels(this.env, this.#run(), storage.sql);
    if (work === "release-tickets") await releaseTickets(this.env, this.#run(), journalStore(storage));
    settle(storage, work);
  }

  #startedBefore(request: RunRequest, waitMs: number): Promise<Outcome<RunView>> | Outcome<RunView> {
    const { request: known } = this.#run();
    return questionOf(known) === questionOf(request)
      ? this.view(waitMs)
      : fail("request.key-reused", "this idempotency key was used for another question", {
          hint: "Use a new key for a new question.",
        });
  }

  /** Of a suspended tenant nothing is begun; of one that is gone nothing is left. */
  async #attemptIfAllowed(): Promise<void> {
    const { storage } = this.ctx;
    const state = await tenantState(this.env, this.#run().request.tenant);
    if (this.#isErasing) return;
    if (state === undefined || state === "deleting") return void (await this.erase());
    if (state !== "active") return plan(storage, "attempt", Date.now() + LOOK_AGAIN_MS);
    if (this.#run().conclusion || !record.moveTo(storage.sql, "running")) return settle(storage, "attempt");
    this.#attempting = this.#attempt().finally(() => (this.#attempting = undefined));
    return this.#attempting;
  }

  async #attempt(): Promise<void> {
    record.countAttempt(this.ctx.storage.sql);
    for (const wake of this.#untilChange) wake();
    await indexRun(this.env, this.#run()).catch(warnOf("run not indexed yet", this.#context()));
    await this.#take(await this.#tryOnce());
  }

  async #tryOnce(): Promise<AttemptEnd> {
    const { storage } = this.ctx;
    const run = this.#run();
    if (run.isCancelRequested) return failed({ code: "run.cancelled", message: "the run was cancelled" });
    if (run.barrenAttempts > MOST_BARREN_ATTEMPTS)
      return failed({
        code: "run.attempts-exhausted",
        message: `${MOST_BARREN_ATTEMPTS} attempts in a row came no further`,
      });
    return attemptOnce({
      run,
      plugins: await boundPlugins(this.env),
      accessTo: (plugin, backend) => accessOf(this.env, run.request.tenant, plugin, backend),
      journal: journalStore(storage),
      ports: runPorts(this.env, run, {
        keepModel: (kept) => keepModel(storage.sql, kept),
        sawSynthetic: () => record.noteSynthetic(storage.sql),
        progress: (fraction, note) => this.#keepProgress(fraction, note),
      }),
      spend: (total) => record.noteSpending(storage.sql, total),
      cancelled: this.#cancelling.signal,
    });
  }

  /** What follows from how an attempt ended. */
  async #take(end: AttemptEnd): Promise<void> {
    const { storage } = this.ctx;
    if (end.kind === "waiting") {
      storage.transactionSync(() => {
        settle(storage, "attempt");
        if (record.moveTo(storage.sql, "waiting")) plan(storage, "ask", firstAskMs(journalStore(storage)));
      });
      return;
    }
    if (end.kind === "lost" && this.#run().barrenAttempts < MOST_BARREN_ATTEMPTS) return planRetry(storage, "attempt");
    const outcome = end.kind === "lost" ? ({ ok: false, failure: end.failure } as const) : end.outcome;
    await fixEnd(this.env, storage, outcome);
    await this.#end().catch(warnOf("the end will be signed later", this.#context()));
  }

  async #end(): Promise<void> {
    await endSigned(this.env, this.ctx.storage);
    for (const work of AFTER_THE_END)
      await this.#serve({ work, tries: 0 }).catch(warnOf(`${work} will be repeated`, this.#context()));
    // Last: whoever waited for a training may ask its model at once.
    this.#wake();
  }

  async #ask(tries: number): Promise<void> {
    const { storage } = this.ctx;
    if (tries >= MOST_ASKS_IN_VAIN) {
      const { name } = this.#run().resolution.backend;
      return this.#take(
        failed({ code: "backend.unavailable", message: `backend ${name} does not say what became of its tickets` }),
      );
    }
    const askAgainAtMs = await askTickets(this.env, this.#run(), journalStore(storage));
    storage.transactionSync(() => {
      settle(storage, "ask");
      if (askAgainAtMs === undefined) plan(storage, "attempt", Date.now());
      else plan(storage, "ask", askAgainAtMs);
    });
  }

  /** A plugin may report thousands of times a second; a durable write each time would slow it down. */
  #keepProgress(fraction: number, note: string): void {
    if (Date.now() - this.#progressKeptAtMs < PROGRESS_EVERY_MS) return;
    this.#progressKeptAtMs = Date.now();
    record.noteProgress(this.ctx.storage.sql, fraction, note);
    for (const wake of this.#untilChange) wake();
  }

  /** What a line of the log says of the run: whose it is, and the request that began it. */
  #context() {
    const { id, tenant, requestId } = this.#run().request;
    return { run: id, tenant, requestId };
  }

  #run(): record.RunRecord {
    return record.readRun(this.ctx.storage.sql);
  }

  #seen(): Outcome<RunView> {
    return exists(this.ctx.storage) ? succeed(record.viewOf(this.#run())) : notThere();
  }

  #wake(): void {
    for (const wake of [...this.#untilEnd, ...this.#untilChange]) wake();
  }
}

/** Resolves when somebody wakes the watchers, or after `waitMs`. */
function woken(watchers: Set<() => void>, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      watchers.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, waitMs);
    watchers.add(wake);
  });
}

const markOf = ({ state, progress }: RunMark): string => `${state} ${progress.fraction} ${progress.note}`;

const failed = (failure: Failure): AttemptEnd => ({ kind: "answered", outcome: { ok: false, failure } });

/** Everything that the caller said. What the platform added, such as the subject's revision, is no part of the question. */
const questionOf = ({
  tenant: _tenant,
  id: _id,
  requestId: _requestId,
  subject,
  synthetic: _synthetic,
  ...asked
}: RunRequest): string => canonicalJson({ ...asked, subject: { kind: subject.kind, id: subject.id } });

const notThere = () => fail("run.not-found", "there is no such run");
