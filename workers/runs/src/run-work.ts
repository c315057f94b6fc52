// The work of a run: its attempts, the questions about its tickets, its end and what follows. All of it is served from the
// object's table of due work, so a killed process goes on by itself.

import type { Failure } from "@eigentwin/core";
import { tenantState } from "@eigentwin/index/tenant-state";
import { warnOf } from "@eigentwin/logging";
import { exists, OUTBOX, plan, planRetry, settle, within, type DueWork } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { indexRun, listModels, noteOnTwin } from "./announce.ts";
import { AFTER_THE_END, endSigned, fixEnd } from "./end-run.ts";
import { attemptOnce, type AttemptEnd } from "./execute.ts";
import { journalStore } from "./journal-store.ts";
import { keepModel } from "./kept-models.ts";
import { boundPlugins } from "./plugins.ts";
import { runPorts } from "./ports.ts";
import { tellFeed } from "./run-events.ts";
import * as record from "./run-record.ts";
import { accessOf } from "./secrets.ts";
import { askTickets, firstAskMs, releaseTickets } from "./waiting.ts";

/** Attempts in a row that add nothing to the journal before the run is given up. */
const MOST_BARREN_ATTEMPTS = 6;
/** So often a backend may fail to say what became of its tickets: with growing pauses this is more than a day. */
const MOST_ASKS_IN_VAIN = 150;
/** So often an accepted run of a suspended tenant looks whether it may go on. */
const LOOK_AGAIN_MS = 10_000;
const PROGRESS_EVERY_MS = 250;
const STOP_WITHIN_MS = 5_000;
/** While a run is being erased, what is due of it waits for that, and goes on where it comes to nothing. */
const AFTER_STOP_MS = 1_000;

/** Everything that is ever due of a run. */
export const RUN_WORKS = ["attempt", "ask", "sign", ...AFTER_THE_END, OUTBOX] as const;

export interface RunEvents {
  changed(): void;
  ended(): void;
  /** The tenant is gone or going: nothing of the run is to be left. */
  tenantGone(): Promise<void>;
}

export class RunWork {
  readonly #env: Env;
  readonly #storage: DurableObjectStorage;
  readonly #events: RunEvents;
  readonly #cancelling = new AbortController();
  /** The attempt that is under way. */
  #attempting: Promise<void> | undefined;
  /** From here on nothing is begun any more. */
  #isStopped = false;
  #progressKeptAtMs = 0;

  constructor(env: Env, storage: DurableObjectStorage, events: RunEvents) {
    this.#env = env;
    this.#storage = storage;
    this.#events = events;
  }

  async serve({ work, tries }: DueWork): Promise<void> {
    if (this.#isStopped) return this.#later(work);
    if (work === "attempt") return this.#attemptIfAllowed();
    if (work === "ask") return this.#ask(tries);
    if (work === "sign") return this.#end();
    if (work === OUTBOX) return tellFeed(this.#env, this.#storage);
    if (work === "index") await indexRun(this.#env, this.#run());
    if (work === "note-on-twin") await noteOnTwin(this.#env, this.#run());
    if (work === "list-models") await listModels(this.#env, this.#run(), this.#storage.sql);
    if (work === "release-tickets") await releaseTickets(this.#env, this.#run(), journalStore(this.#storage));
    settle(this.#storage, work);
  }

  /** Durable: an attempt that is under way is told, and none goes on after it. */
  cancel(): void {
    record.requestCancel(this.#storage.sql);
    this.#cancelling.abort();
    if (!this.#attempting) plan(this.#storage, "attempt", Date.now());
  }

  /** Nothing is begun any more. False while an attempt does not let go. */
  async stop(): Promise<boolean> {
    this.#isStopped = true;
    record.requestCancel(this.#storage.sql);
    this.#cancelling.abort();
    if (this.#attempting) await within(STOP_WITHIN_MS, this.#attempting).catch(this.#warn("an attempt goes on"));
    if (this.#attempting) return false;
    await releaseTickets(this.#env, this.#run(), journalStore(this.#storage)).catch(
      this.#warn("tickets not given back"),
    );
    return true;
  }

  #later(work: string): void {
    if (exists(this.#storage)) plan(this.#storage, work, Date.now() + AFTER_STOP_MS);
  }

  /** Of a suspended tenant nothing is begun; of one that is gone nothing is left. */
  async #attemptIfAllowed(): Promise<void> {
    const state = await tenantState(this.#env.INDEX, this.#run().request.tenant);
    if (this.#isStopped) return this.#later("attempt");
    if (state === undefined || state === "deleting") return this.#events.tenantGone();
    if (state !== "active") return plan(this.#storage, "attempt", Date.now() + LOOK_AGAIN_MS);
    if (this.#run().conclusion || !record.moveTo(this.#storage.sql, "running")) return settle(this.#storage, "attempt");
    this.#attempting = this.#attempt().finally(() => (this.#attempting = undefined));
    return this.#attempting;
  }

  async #attempt(): Promise<void> {
    record.countAttempt(this.#storage.sql);
    this.#events.changed();
    await indexRun(this.#env, this.#run()).catch(this.#warn("run not indexed yet"));
    await this.#take(await this.#tryOnce());
  }

  async #tryOnce(): Promise<AttemptEnd> {
    const { sql } = this.#storage;
    const run = this.#run();
    if (run.isCancelRequested) return failed({ code: "run.cancelled", message: "the run was cancelled" });
    if (run.barrenAttempts > MOST_BARREN_ATTEMPTS)
      return failed({
        code: "run.attempts-exhausted",
        message: `${MOST_BARREN_ATTEMPTS} attempts in a row came no further`,
      });
    return attemptOnce({
      run,
      plugins: await boundPlugins(this.#env),
      accessTo: (plugin, backend) => accessOf(this.#env, run.request.tenant, plugin, backend),
      journal: journalStore(this.#storage),
      ports: runPorts(this.#env, run, {
        keepModel: (kept) => keepModel(sql, kept),
        sawSynthetic: () => record.noteSynthetic(sql),
        progress: (fraction, note) => this.#keepProgress(fraction, note),
      }),
      spend: (total) => record.noteSpending(sql, total),
      cancelled: this.#cancelling.signal,
    });
  }

  /** What follows from how an attempt ended. */
  async #take(end: AttemptEnd): Promise<void> {
    const storage = this.#storage;
    if (end.kind === "waiting") {
      storage.transactionSync(() => {
        settle(storage, "attempt");
        if (record.moveTo(storage.sql, "waiting")) plan(storage, "ask", firstAskMs(journalStore(storage)));
      });
      return;
    }
    if (end.kind === "lost" && this.#run().barrenAttempts < MOST_BARREN_ATTEMPTS) return planRetry(storage, "attempt");
    const outcome = end.kind === "lost" ? ({ ok: false, failure: end.failure } as const) : end.outcome;
    await fixEnd(this.#env, storage, outcome);
    await this.#end().catch(this.#warn("the end will be signed later"));
  }

  async #end(): Promise<void> {
    await endSigned(this.#env, this.#storage);
    for (const work of [...AFTER_THE_END, OUTBOX])
      await this.serve({ work, tries: 0 }).catch(this.#warn(`${work} will be repeated`));
    // Last: whoever waited for a training may ask its model at once.
    this.#events.ended();
  }

  async #ask(tries: number): Promise<void> {
    const storage = this.#storage;
    if (tries >= MOST_ASKS_IN_VAIN) {
      const { name } = this.#run().resolution.backend;
      return this.#take(
        failed({ code: "backend.unavailable", message: `backend ${name} does not say what became of its tickets` }),
      );
    }
    const askAgainAtMs = await askTickets(this.#env, this.#run(), journalStore(storage));
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
    record.noteProgress(this.#storage.sql, fraction, note);
    this.#events.changed();
  }

  #warn(what: string) {
    return warnOf(what, record.logContextOf(this.#run()));
  }

  #run(): record.RunRecord {
    return record.readRun(this.#storage.sql);
  }
}

const failed = (failure: Failure): AttemptEnd => ({ kind: "answered", outcome: { ok: false, failure } });
