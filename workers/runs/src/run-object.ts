// One run: its state, its journal and its alarm. Attempts start from the alarm, so a killed process resumes by itself.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { canonicalJson, fail, nothingSpent, Refusal, succeed, type Outcome } from "@eigentwin/core";
import { servedBackend } from "@eigentwin/core/serve";
import { exists, nextDue, plan, prepareStorage, setNextAlarm, settle } from "@eigentwin/objects";
import { announce, listRun } from "./announce.ts";
import { concludeRun } from "./conclude.ts";
import { isFinal, type RunRequest, type RunService, type RunView } from "./contract.ts";
import { attemptOnce, type AttemptEnd } from "./execute.ts";
import { journalStore } from "./journal-store.ts";
import { boundPlugins } from "./plugins.ts";
import { runPorts, type ModelKept } from "./ports.ts";
import { resolve } from "./resolve.ts";
import {
  conclude,
  countAttempt,
  insertRun,
  moveTo,
  noteProgress,
  noteSpending,
  readRun,
  viewOf,
} from "./run-record.ts";
import { RUN_STEPS } from "./steps.ts";
import { askTickets, firstAskMs } from "./waiting.ts";

const MAX_ATTEMPTS = 50;
/** Attempts that may end with a backend's answer lost. */
const MAX_LOST = 5;
const RETRY_MS = 5_000;
const PROGRESS_EVERY_MS = 250;

export class RunObject extends DurableObject<Env> implements RunService {
  readonly #cancelling = new AbortController();
  #watchers: (() => void)[] = [];
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
    try {
      const resolution = resolve(plugins, request.capability, request.backend);
      prepareStorage(this.ctx.storage, RUN_STEPS);
      const currency = plugins
        .flatMap(({ manifest }) => manifest.backends)
        .find(({ name }) => name === resolution.executedBy.backend)?.prices.currency;
      this.ctx.storage.transactionSync(() => {
        insertRun(this.ctx.storage.sql, request, resolution, nothingSpent(currency ?? "USD"));
        plan(this.ctx.storage, "attempt", Date.now());
        plan(this.ctx.storage, "index", Date.now() + RETRY_MS);
      });
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, failure: error.failure };
      throw error;
    }
    await this.#index().catch(logged("run not indexed yet"));
    return this.view(waitMs);
  }

  async view(waitMs: number): Promise<Outcome<RunView>> {
    if (!exists(this.ctx.storage)) return notThere();
    if (waitMs > 0 && !isFinal(readRun(this.ctx.storage.sql).state)) await this.#ended(waitMs);
    return succeed(viewOf(readRun(this.ctx.storage.sql)));
  }

  async cancel(): Promise<Outcome<RunView>> {
    if (!exists(this.ctx.storage)) return notThere();
    const run = readRun(this.ctx.storage.sql);
    if (isFinal(run.state)) return succeed(viewOf(run));
    this.#cancelling.abort();
    if (this.#attempting) await this.#ended(RETRY_MS);
    else
      await this.#end(
        { kind: "answered", outcome: fail("run.cancelled", "the run was cancelled") },
        run.request.synthetic,
      );
    return succeed(viewOf(readRun(this.ctx.storage.sql)));
  }

  async evidence(): Promise<Outcome<string>> {
    if (!exists(this.ctx.storage)) return notThere();
    const { conclusion } = readRun(this.ctx.storage.sql);
    if (!conclusion)
      return fail("run.not-found", "the run has not ended: its evidence is written when it has", {
        hint: "Watch the run and ask again.",
      });
    const body = await this.env.BODIES.get(conclusion.evidence.key);
    return body ? succeed(await body.text()) : fail("platform.fault", "the evidence is gone from storage");
  }

  /** Never throws: after six failures the platform would give the object up. */
  override async alarm(): Promise<void> {
    for (const { work, tries } of nextDue(this.ctx.storage, Date.now())) {
      try {
        if (work === "attempt") await this.#attempt(tries).finally(() => (this.#attempting = false));
        else if (work === "ask") await this.#ask();
        else if (work === "index") await this.#index();
        else await this.#announce();
      } catch (error) {
        logged(`${work} failed`)(error);
        plan(this.ctx.storage, work, Date.now() + RETRY_MS);
      }
    }
    await setNextAlarm(this.ctx.storage);
  }

  #startedBefore(request: RunRequest, waitMs: number): Promise<Outcome<RunView>> | Outcome<RunView> {
    const { request: known } = readRun(this.ctx.storage.sql);
    const question = ({ capability, input, subject, backend }: RunRequest) =>
      canonicalJson({ capability, input, subject: subject.id, backend: backend ?? null });
    return question(known) === question(request)
      ? this.view(waitMs)
      : fail("request.key-reused", "this idempotency key was used for another question", {
          hint: "Use a new key for a new question.",
        });
  }

  async #attempt(tries: number): Promise<void> {
    const { storage } = this.ctx;
    if (!moveTo(storage.sql, "running")) return settle(storage, "attempt");
    this.#attempting = true;
    const attempts = countAttempt(storage.sql);
    const run = readRun(storage.sql);
    const journal = journalStore(storage);
    const ports = runPorts(
      this.env,
      run,
      (kept) => this.#keepModel(kept),
      (fraction, note) => this.#keepProgress(fraction, note),
    );
    const end: AttemptEnd =
      Math.max(tries, attempts) > MAX_ATTEMPTS
        ? {
            kind: "answered",
            outcome: fail("run.attempts-exhausted", `the run was tried ${MAX_ATTEMPTS} times and never came to an end`),
          }
        : await attemptOnce({
            run,
            plugins: await boundPlugins(this.env),
            journal,
            ports,
            spend: (total) => noteSpending(storage.sql, total),
            cancelled: this.#cancelling.signal,
          });
    await this.#end(end, ports.sawSynthetic());
  }

  async #end(end: AttemptEnd, synthetic: boolean): Promise<void> {
    const { storage } = this.ctx;
    if (end.kind === "retired") {
      if (moveTo(storage.sql, "waiting")) plan(storage, "ask", firstAskMs(journalStore(storage)));
      return settle(storage, "attempt");
    }
    if (end.kind === "lost" && readRun(storage.sql).attempts < MAX_LOST)
      return plan(storage, "attempt", Date.now() + RETRY_MS);
    const outcome = end.kind === "lost" ? ({ ok: false, failure: end.failure } as const) : end.outcome;
    const conclusion = await concludeRun(this.env, readRun(storage.sql), journalStore(storage), synthetic, outcome);
    const state =
      conclusion.kind === "succeeded"
        ? "succeeded"
        : conclusion.failure.code === "run.cancelled"
          ? "cancelled"
          : "failed";
    storage.transactionSync(() => {
      settle(storage, "attempt");
      settle(storage, "ask");
      if (!moveTo(storage.sql, state)) return;
      conclude(storage.sql, conclusion);
      plan(storage, "announce", Date.now() + RETRY_MS);
    });
    await this.#announce().catch(logged("announcement will be repeated"));
    for (const wake of this.#watchers.splice(0)) wake();
  }

  async #index(): Promise<void> {
    await listRun(this.env, readRun(this.ctx.storage.sql));
    settle(this.ctx.storage, "index");
  }

  async #announce(): Promise<void> {
    await announce(this.env, readRun(this.ctx.storage.sql), this.#models());
    settle(this.ctx.storage, "announce");
  }

  async #ask(): Promise<void> {
    const { storage } = this.ctx;
    const { resolution } = readRun(storage.sql);
    const plugins = await boundPlugins(this.env);
    const owner = plugins.find(({ manifest }) => manifest.name === resolution.executedBy.plugin.name);
    if (!owner) throw new Error(`backend ${resolution.executedBy.backend} does not answer`);
    const askAgainAtMs = await askTickets(
      journalStore(storage),
      servedBackend(owner.stub, resolution.executedBy.backend),
    );
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
    noteProgress(this.ctx.storage.sql, fraction, note);
  }

  #keepModel({ id, title, digest, bodyKey }: ModelKept): void {
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO saved_model VALUES (?, ?, ?, ?)", id, title, digest, bodyKey);
  }

  #models(): ModelKept[] {
    const rows = this.ctx.storage.sql
      .exec<{ id: string; title: string; digest: string; body_key: string }>("SELECT * FROM saved_model")
      .toArray();
    return rows.map(({ id, title, digest, body_key }) => ({ id, title, digest, bodyKey: body_key }));
  }

  #ended(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#watchers.push(resolve);
      setTimeout(resolve, waitMs);
    });
  }
}

const notThere = () => fail("run.not-found", "there is no such run");
const logged = (what: string) => (error: unknown) =>
  console.warn(JSON.stringify({ level: "warn", what, error: String(error) }));
