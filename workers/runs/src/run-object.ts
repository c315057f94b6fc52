// One run as others see it: asked, watched, cancelled, read, archived, erased. What is done for it is in `run-work.ts`.

import { DurableObject } from "cloudflare:workers";
import {
  canonicalJson,
  fail,
  nothingSpent,
  Refusal,
  succeed,
  type EvidenceBundle,
  type Outcome,
} from "@eigentwin/core";
import { isRestoring } from "@eigentwin/index/tenant-state";
import { warnOf } from "@eigentwin/logging";
import { count, flush } from "@eigentwin/metrics";
import {
  dumpPart,
  exists,
  plan,
  prepareStorage,
  restorePart,
  serveDue,
  Watchers,
  type DumpCursor,
  type DumpPart,
} from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import { listRun } from "./announce.ts";
import { bodyKeysOf, eraseBodies } from "./bodies.ts";
import {
  isFinal,
  type RunMark,
  type RunRequest,
  type RunService,
  type RunView,
  type SignedEvidence,
} from "./contract.ts";
import { boundPlugins } from "./plugins.ts";
import { resolve } from "./resolve.ts";
import { insertRun, logContextOf, readRun, viewOf, type RunRecord } from "./run-record.ts";
import { goOn, takeOver } from "./restored-run.ts";
import { RUN_WORKS, RunWork } from "./run-work.ts";
import { storedCredentials } from "./secrets.ts";
import { bundleOf, signedEvidence } from "./signed-evidence.ts";
import { noteCancelAsked, noteRunEvent, tellErased } from "./run-events.ts";
import { RUN_STEPS } from "./steps.ts";

const CANCEL_WITHIN_MS = 5_000;

export class RunObject extends DurableObject<Env> implements RunService {
  readonly #untilEnd = new Watchers();
  readonly #untilChange = new Watchers();
  #work: RunWork;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, RUN_STEPS);
    this.#work = this.#newWork();
  }

  async start(request: RunRequest, waitMs: number): Promise<Outcome<RunView>> {
    const { storage } = this.ctx;
    if (exists(storage)) return this.#startedBefore(request, waitMs);
    const plugins = await boundPlugins(this.env);
    const credentials = await storedCredentials(this.env, request.tenant);
    // The same request may have come twice.
    if (exists(storage)) return this.#startedBefore(request, waitMs);
    try {
      const resolution = resolve(plugins, request.capability, { backend: request.backend, credentials });
      prepareStorage(storage, RUN_STEPS, () => {
        insertRun(storage.sql, request, resolution, nothingSpent(resolution.backend.currency));
        noteRunEvent(storage, "run.accepted");
        plan(storage, "attempt", Date.now());
      });
      count("eigentwin_runs_accepted_total", [request.capability]);
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, failure: error.failure };
      throw error;
    }
    const run = this.#run();
    await listRun(this.env, run).catch(warnOf("run not listed yet", logContextOf(run)));
    return this.view(waitMs);
  }

  async view(waitMs: number): Promise<Outcome<RunView>> {
    if (!exists(this.ctx.storage)) return notThere();
    if (waitMs > 0 && !isFinal(this.#run().state)) await this.#untilEnd.woken(waitMs);
    return this.#seen();
  }

  async next(seen: RunMark | undefined, waitMs: number): Promise<Outcome<RunView>> {
    const now = this.#seen();
    if (!now.ok || isFinal(now.value.state) || markOf(now.value) !== (seen && markOf(seen))) return now;
    await this.#untilChange.woken(waitMs);
    return this.#seen();
  }

  async cancel(by: string): Promise<Outcome<RunView>> {
    const { storage } = this.ctx;
    if (!exists(storage)) return notThere();
    if (isFinal(this.#run().state)) return this.view(0);
    storage.transactionSync(() => noteCancelAsked(storage, by));
    this.#work.cancel();
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

  async restorePart(bytes: Uint8Array): Promise<Outcome<boolean>> {
    const { storage, id } = this.ctx;
    if (!(await isRestoring(this.env.INDEX, id.name)))
      return fail("tenant.exists", "this tenant is not being restored");
    const finish = () => takeOver(storage, id.name);
    return restorePart(storage, bytes, { kind: "run", steps: RUN_STEPS, works: RUN_WORKS, finish });
  }

  async goOn(): Promise<void> {
    if (exists(this.ctx.storage)) goOn(this.ctx.storage);
  }

  async erase(): Promise<boolean> {
    const { storage } = this.ctx;
    if (!exists(storage)) return true;
    if (!(await this.#work.stop())) return false;
    try {
      await tellErased(this.env, storage);
      await eraseBodies(this.env, this.#run(), storage.sql);
      await storage.deleteAll();
    } finally {
      // Another run may come under this id; one that could not be erased goes on to its end.
      this.#work = this.#newWork();
    }
    this.#wakeAll();
    return true;
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, RUN_WORKS, (due) => this.#work.serve(due));
    await flush(metricsOf(this.env.METRICS));
  }

  #newWork(): RunWork {
    return new RunWork(this.env, this.ctx.storage, {
      changed: () => this.#untilChange.wake(),
      ended: () => this.#wakeAll(),
      tenantGone: async () => void (await this.erase()),
    });
  }

  #startedBefore(request: RunRequest, waitMs: number): Promise<Outcome<RunView>> | Outcome<RunView> {
    return questionOf(this.#run().request) === questionOf(request)
      ? this.view(waitMs)
      : fail("request.key-reused", "this idempotency key was used for another question", {
          hint: "Use a new key for a new question.",
        });
  }

  #run(): RunRecord {
    return readRun(this.ctx.storage.sql);
  }

  #seen(): Outcome<RunView> {
    return exists(this.ctx.storage) ? succeed(viewOf(this.#run())) : notThere();
  }

  #wakeAll(): void {
    this.#untilEnd.wake();
    this.#untilChange.wake();
  }
}

const markOf = ({ state, progress }: RunMark): string => `${state} ${progress.fraction} ${progress.note}`;

/** Everything that the caller said. What the platform added, such as the subject's revision, is no part of the question. */
const questionOf = ({
  tenant: _tenant,
  id: _id,
  requestId: _requestId,
  traceparent: _traceparent,
  by: _by,
  subject,
  synthetic: _synthetic,
  ...asked
}: RunRequest): string => canonicalJson({ ...asked, subject: { kind: subject.kind, id: subject.id } });

const notThere = () => fail("run.not-found", "there is no such run");
