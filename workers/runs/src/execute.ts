// One attempt: the plugin gets its grant, and the host waits for the answer, the silence or the retirement.

import {
  fail,
  openAttempt,
  Refusal,
  type Answer,
  type Backend,
  type BackendAccess,
  type BackendDescription,
  type Failure,
  type JournalStore,
  type Outcome,
  type RunPorts,
  type Spending,
} from "@eigentwin/core";
import type { RunContext } from "@eigentwin/core/serve";
import { HostTarget, watchFor, type Lose } from "./host-target.ts";
import { boundBackend, type BoundPlugin } from "./plugins.ts";
import type { RunRecord } from "./run-record.ts";

export type AttemptEnd =
  | { kind: "answered"; outcome: Outcome<Answer<unknown>> }
  /** Everything waits for a backend: the tickets are asked about later. */
  | { kind: "waiting" }
  /** Something outside the plugin did not answer. The next attempt asks a backend by key before it sends anything again. */
  | { kind: "lost"; failure: Failure };

export interface AttemptSetting {
  run: RunRecord;
  plugins: readonly BoundPlugin[];
  /** What the tenant has entrusted to the backend. */
  accessTo(plugin: string, backend: BackendDescription): Promise<BackendAccess>;
  journal: JournalStore;
  ports: RunPorts;
  spend(total: Spending): void;
  /** Aborted by a cancel. */
  cancelled: AbortSignal;
}

/** Calls that were all waiting stay so for this long before the attempt is retired: another part may be about to submit. */
const SETTLE_MS = 50;

export async function attemptOnce({
  run,
  plugins,
  accessTo,
  journal,
  ports,
  spend,
  cancelled,
}: AttemptSetting): Promise<AttemptEnd> {
  const { request, resolution } = run;
  const plugin = plugins.find(({ manifest }) => manifest.name === resolution.plugin.name);
  if (!plugin || plugin.manifest.version !== resolution.plugin.version)
    return answered(
      fail(
        "run.plugin-changed",
        `plugin ${resolution.plugin.name} is no longer at ${resolution.plugin.version}, with which this run began`,
        { hint: "Start the run again." },
      ),
    );
  const backend = await backendOf(plugins, resolution, accessTo).catch(refusalAsData);
  if (backend && "ok" in backend) return answered(backend);
  if (!backend && resolution.capability.needs.backend)
    return { kind: "lost", failure: noAnswer(`backend ${resolution.backend.name}`, "its plugin is not there") };

  const ending = new AbortController();
  cancelled.addEventListener("abort", () => ending.abort());
  let retire = () => {};
  const retired = new Promise<void>((resolve) => (retire = resolve));
  let lose: Lose = () => {};
  const lost = new Promise<AttemptEnd>((resolve) => (lose = (failure) => resolve({ kind: "lost", failure })));
  const attempt = openAttempt(journal, ports, {
    runId: request.id,
    seed: request.seed,
    shots: request.shots,
    models: {
      plugin: resolution.plugin.name,
      capability: request.capability,
      reads: resolution.capability.reads ?? [],
    },
    backend: backend && { ...backend, use: losingNoAnswer(backend.use, backend.description.name, lose) },
    budget: request.budget,
    spent: run.spent,
    spend,
    onLost: lose,
    onAllWaiting: () => void setTimeout(() => attempt.isAllWaiting() && retire(), SETTLE_MS),
  });
  const patience = watchFor(resolution.capability.patienceMs);
  const context: RunContext = {
    subject: request.subject,
    now: run.acceptedAt,
    seed: request.seed,
    backend: backend?.description,
  };
  try {
    return await Promise.race([
      callPlugin(
        plugin,
        request.capability,
        request.input,
        context,
        new HostTarget(attempt.grant, patience, lose),
        ending.signal,
      ).then((end) =>
        end.kind === "answered" && end.outcome.ok && attempt.unasked().length > 0
          ? answered(diverged(plugin, attempt.unasked()))
          : end,
      ),
      patience.lost.then(() => answered(silence(plugin, resolution.capability.patienceMs, attempt.unasked()))),
      retired.then((): AttemptEnd => ({ kind: "waiting" })),
      lost,
      aborted(cancelled),
    ]);
  } finally {
    patience.stop();
    attempt.retire();
    ending.abort();
  }
}

const answered = (outcome: Outcome<Answer<unknown>>): AttemptEnd => ({ kind: "answered", outcome });

/** What a plugin throws, its own Worker turns into data; a throw across the wire means that the Worker did not answer. */
async function callPlugin(plugin: BoundPlugin, ...call: Parameters<BoundPlugin["stub"]["run"]>): Promise<AttemptEnd> {
  const name = `plugin ${plugin.manifest.name}`;
  try {
    const outcome = await plugin.stub.run(...call);
    if (typeof outcome?.ok === "boolean") return answered(outcome);
    return answered(fail("plugin.broke-contract", `${name} returned no outcome`, { at: call[0] }));
  } catch (error) {
    const message = `${name} ended without an answer: ${String(error)}`;
    // workerd notices by itself when nothing is left that could ever settle the call
    if (message.includes("would never generate a response"))
      return answered(fail("plugin.never-settled", message, { at: call[0] }));
    return { kind: "lost", failure: { code: "plugin.broke-contract", message, at: call[0] } };
  }
}

async function backendOf(
  plugins: readonly BoundPlugin[],
  { backend }: RunRecord["resolution"],
  accessTo: AttemptSetting["accessTo"],
) {
  const owner = plugins.find(({ manifest }) => manifest.name === backend.plugin.name);
  const description = owner?.manifest.backends.find(({ name }) => name === backend.name);
  if (!owner || !description) return undefined;
  const access = await accessTo(owner.manifest.name, description);
  return { description, use: boundBackend(owner, backend.name, access) };
}

function refusalAsData(error: unknown) {
  if (error instanceof Refusal) return { ok: false, failure: error.failure } as const;
  throw error;
}

const noAnswer = (who: string, error: unknown): Failure => ({
  code: "backend.unavailable",
  message: `${who} did not answer: ${String(error)}`,
});

/** What a backend expects, it returns; a throw means that its answer did not arrive, and says nothing of what it did. */
function losingNoAnswer(backend: Backend, name: string, lose: Lose): Backend {
  const call = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      lose(noAnswer(`backend ${name}`, error));
      return new Promise(() => undefined);
    });
  return {
    ...backend,
    quote: (program) => call(backend.quote(program)),
    submit: (program, key, access) => call(backend.submit(program, key, access)),
    find: (key, access) => call(backend.find(key, access)),
  };
}

const diverged = (plugin: BoundPlugin, unasked: string[]): Outcome<never> =>
  fail(
    "run.diverged",
    `plugin ${plugin.manifest.name} did not ask again for ${unasked.length} entries of the journal`,
    {
      at: unasked[0] ?? "",
      hint: "The plugin is not deterministic: it may use only what its grant gives.",
    },
  );

function silence(plugin: BoundPlugin, patienceMs: number, unasked: string[]): Outcome<never> {
  if (unasked.length > 0) return diverged(plugin, unasked);
  return fail(
    "plugin.never-settled",
    `plugin ${plugin.manifest.name} neither answered nor asked for anything in ${patienceMs} ms`,
    {
      hint: "This is a fault of the plugin, not of the request.",
    },
  );
}

const aborted = (signal: AbortSignal): Promise<AttemptEnd> =>
  new Promise((resolve) => {
    const end = () => resolve(answered(fail("run.cancelled", "the run was cancelled")));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
