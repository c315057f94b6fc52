// One run: its state, its journal and its alarm. Attempts start from the alarm, so a killed process resumes by itself.

import { DurableObject } from "cloudflare:workers";
import {
  canonicalJson,
  fail,
  nothingSpent,
  Refusal,
  refuse,
  succeed,
  type Failure,
  type Outcome,
} from "@eigentwin/core";
import {
  dumpPart,
  exists,
  plan,
  planRetry,
  prepareStorage,
  restorePart,
  serveDue,
  settle,
  type DueWork,
  type DumpCursor,
  type DumpPart,
} from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { indexRun, listModels, listRun, noteOnTwin } from "./announce.ts";
import { isFinal, runName, type RunRequest, type RunService, type RunView } from "./contract.ts";
import { evidenceKey } from "./conclude.ts";
import { AFTER_THE_END, endRun, FOLLOWED_BY_OTHERS } from "./end-run.ts";
import { attemptOnce, type AttemptEnd } from "./execute.ts";
import { journalStore } from "./journal-store.ts";
import { keepModel, keptModels } from "./kept-models.ts";
import { boundPlugins } from "./plugins.ts";
import { runPorts } from "./ports.ts";
import { resolve } from "./resolve.ts";
import * as record from "./run-record.ts";
import { RUN_STEPS } from "./steps.ts";
import { askTickets, firstAskMs, releaseTickets } from "./waiting.ts";

/** Attempts in a row that add nothing to the journal before the run is given up. */
const MOST_BARREN_ATTEMPTS = 6;
/** So often a backend may fail to say what became of its tickets: with growing pauses this is more than a day. */
const MOST_ASKS_IN_VAIN = 150;
const CANCEL_WITHIN_MS = 5_000;
const PROGRESS_EVERY_MS = 250;

export class RunObject extends DurableObject<Env> implements RunService {
  readonly #cancelling = new AbortController();
  readonly #watchers = new Set<() => void>();
  #attempting = false;
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
      const resolution = resolve(plugins, request.capability, request.backend);
      prepareStorage(storage, RUN_STEPS, () => {
        record.insertRun(storage.sql, request, resolution, nothingSpent(resolution.backend.currency));
        plan(storage, "attempt", Date.now());
      });
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, failure: error.failure };
      throw error;
    }
    await listRun(this.env, this.#run()).catch(logged("run not listed yet"));
    return this.view(waitMs);
  }

  async view(waitMs: number): Promise<Outcome<RunView>> {
    if (!exists(this.ctx.storage)) return notThere();
    if (waitMs > 0 && !isFinal(this.#run().state)) await this.#ended(waitMs);
    return succeed(record.viewOf(this.#run()));
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

  async evidence(): Promise<Outcome<string>> {
    if (!exists(this.ctx.storage)) return notThere();
    const { conclusion } = this.#run();
    if (!conclusion)
      return fail("run.not-ended", "the run has not ended: its evidence is written when it has", {
        hint: "Watch the run and ask again.",
      });
    const body = await this.env.BODIES.get(conclusion.evidence.key);
    return body ? succeed(await body.text()) : fail("platform.fault", "the evidence is gone from storage");
  }

  async bodyKeys(): Promise<Outcome<string[]>> {
    if (!exists(this.ctx.storage)) return notThere();
    const { conclusion } = this.#run();
    const models = keptModels(this.ctx.storage.sql).map(({ bodyKey }) => bodyKey);
    return succeed(conclusion ? [...models, conclusion.evidence.key] : models);
  }

  async dumpPart(cursor: DumpCursor | null): Promise<Outcome<DumpPart>> {
    return exists(this.ctx.storage) ? succeed(dumpPart(this.ctx.storage, "run", cursor)) : notThere();
  }

  /** What was due then is due now; others are told again, because they may have been dumped before this run ended. */
  async restorePart(bytes: Uint8Array): Promise<Outcome<boolean>> {
    const { storage } = this.ctx;
    const finish = () => {
      const { request, state, conclusion } = this.#run();
      if (runName(request.tenant, request.id) !== this.ctx.id.name)
        refuse("archive.malformed", "this is the dump of another run");
      // A run reads its evidence under its digest and nothing else of the storage.
      if (conclusion && conclusion.evidence.key !== evidenceKey(conclusion.evidence.digest))
        refuse("archive.malformed", "this run's evidence is not named by its digest");
      for (const work of isFinal(state) ? FOLLOWED_BY_OTHERS : (["index"] as const)) plan(storage, work, Date.now());
    };
    return restorePart(storage, bytes, { kind: "run", steps: RUN_STEPS, finish });
  }

  override alarm(): Promise<void> {
    return serveDue(this.ctx.storage, (due) => this.#serve(due));
  }

  async #serve({ work, tries }: DueWork): Promise<void> {
    const { storage } = this.ctx;
    if (work === "attempt") return this.#attempt();
    if (work === "ask") return this.#ask(tries);
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

  async #attempt(): Promise<void> {
    const { storage } = this.ctx;
    if (!record.moveTo(storage.sql, "running")) return settle(storage, "attempt");
    this.#attempting = true;
    try {
      record.countAttempt(storage.sql);
      await indexRun(this.env, this.#run()).catch(logged("run not indexed yet"));
      await this.#take(await this.#tryOnce());
    } finally {
      this.#attempting = false;
    }
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
    await endRun(this.env, storage, outcome);
    for (const work of AFTER_THE_END) await this.#serve({ work, tries: 0 }).catch(logged(`${work} will be repeated`));
    // Last: whoever waited for a training may ask its model at once.
    for (const wake of this.#watchers) wake();
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
  }

  #run(): record.RunRecord {
    return record.readRun(this.ctx.storage.sql);
  }

  /** Resolves when the run has ended, or after `waitMs`. */
  #ended(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#watchers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      this.#watchers.add(wake);
    });
  }
}

const failed = (failure: Failure): AttemptEnd => ({ kind: "answered", outcome: { ok: false, failure } });

/** Everything that the caller said. What the platform added, such as the subject's revision, is no part of the question. */
const questionOf = ({ tenant: _tenant, id: _id, subject, synthetic: _synthetic, ...asked }: RunRequest): string =>
  canonicalJson({ ...asked, subject: { kind: subject.kind, id: subject.id } });

const notThere = () => fail("run.not-found", "there is no such run");
const logged = (what: string) => (error: unknown) =>
  console.warn(JSON.stringify({ level: "warn", what, error: String(error) }));
