// One try at a run, seen from the host: it answers the plugin's grant, and every answer goes through the journal.

import type { Backend, BackendDescription, Submission } from "../backend.ts";
import { decode, digest, digestBytes, encode } from "../codec.ts";
import type { DatasetInfo } from "../dataset.ts";
import { fail, refuse, Refusal, succeed, unwrap, type Outcome } from "../failure.ts";
import type { ModelDraft, SavedModel } from "../plugin.ts";
import { lower } from "../program/lower.ts";
import { batchesOf, checkProgram, type Program, type ProgramResult } from "../program/program.ts";
import type { Series, TimeRange } from "../twin.ts";
import { replayOf, type EntryKind, type JournalEntry, type JournalStore } from "./journal.ts";
import { addSpending, checkBudget, type Budget, type Spending } from "./quote.ts";
import { seedFor } from "./random.ts";

/** The host's side of a grant, as it crosses the wire: plain data in, outcomes out. `scope` is a path such as `/fold-1`. */
export interface HostGrant {
  stream(scope: string, name: string, range: TimeRange): Promise<Outcome<Series>>;
  datasetInfo(scope: string, id: string): Promise<Outcome<DatasetInfo>>;
  datasetColumns(scope: string, id: string, names: readonly string[]): Promise<Outcome<Record<string, Float64Array>>>;
  model(scope: string, id: string): Promise<Outcome<SavedModel>>;
  saveModel(scope: string, draft: ModelDraft): Promise<Outcome<{ id: string; digest: string }>>;
  program(scope: string, program: Program): Promise<Outcome<ProgramResult>>;
  /** The journalled value of a step, and under which key to record it where there is none. */
  recall(scope: string, name: string): Promise<Outcome<{ key: string; found: boolean; value: unknown }>>;
  record(key: string, value: unknown): Promise<Outcome<undefined>>;
  progress(fraction: number, note: string): Promise<Outcome<undefined>>;
}

/** What the host reads and writes for a run; all reads are as of the run's start. */
export interface RunPorts {
  stream(name: string, range: TimeRange): Promise<Series>;
  datasetInfo(id: string): Promise<DatasetInfo>;
  datasetColumns(id: string, names: readonly string[]): Promise<Record<string, Float64Array>>;
  model(id: string): Promise<SavedModel>;
  /** Idempotent by `key`: a later attempt that saves the same model gets the same id. */
  saveModel(draft: ModelDraft, key: string): Promise<{ id: string; digest: string }>;
  progress(fraction: number, note: string): void;
}

export interface AttemptOptions {
  runId: string;
  seed: number;
  /** Per row, where an answer must be sampled. */
  shots: number;
  backend: { description: BackendDescription; use: Backend } | undefined;
  budget: Budget | undefined;
  spent: Spending;
  /** Durable when it returns. */
  spend(total: Spending): void;
  /** Called when every call that is still open waits for a backend: the attempt can be retired. */
  onAllWaiting(): void;
}

export interface Attempt {
  grant: HostGrant;
  /** From now on every method refuses. */
  retire(): void;
  unasked(): string[];
}

type SettledSubmission = Exclude<Submission, { state: "waiting" }>;

/** Results and failures alike are journalled: a later attempt sees what this one saw. */
export async function settleProgram(store: JournalStore, key: string, submission: SettledSubmission): Promise<void> {
  const body = encode(submission);
  store.answer(key, await digestBytes(body), body);
}

function resultOf(submission: SettledSubmission): ProgramResult {
  if (submission.state === "done") return submission.result;
  throw new Refusal(submission.failure);
}

export function openAttempt(store: JournalStore, ports: RunPorts, options: AttemptOptions): Attempt {
  const replay = replayOf(store);
  let spent = options.spent;
  let retired = false;
  let busy = 0;
  let waiting = 0;
  let inOrder: Promise<unknown> = Promise.resolve();

  /** Turns refusals into data, and refuses everything once the attempt is retired. */
  async function answering<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    if (retired) return fail("run.cancelled", "this attempt has been retired");
    try {
      const value = await work();
      return retired ? fail("run.cancelled", "this attempt has been retired") : succeed(value);
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, failure: error.failure };
      throw error;
    }
  }

  /** Counts what is under way, to notice when everything that is still open waits for a backend. */
  async function tracked<T>(work: () => Promise<T>): Promise<T> {
    busy += 1;
    try {
      return await work();
    } finally {
      settle();
    }
  }

  function settle(): void {
    busy -= 1;
    if (busy === 0 && waiting > 0) options.onAllWaiting();
  }

  /** The call stays open until the attempt is retired; a later attempt finds the answer in the journal. */
  function forever(): Promise<never> {
    waiting += 1;
    settle();
    return new Promise(() => undefined);
  }

  /** Digests take turns, so equal questions are numbered in the order in which they were asked. */
  function ask(scope: string, kind: EntryKind, question: unknown): Promise<{ key: string; entry: JournalEntry | undefined }> {
    const asked = inOrder.then(async () => replay.ask(scope, `${kind}:${await digest(question)}`));
    inOrder = asked.catch(() => undefined);
    return asked;
  }

  function read<T>(scope: string, question: unknown, fetch: () => Promise<T>): Promise<Outcome<T>> {
    return answering(() => tracked(() => readOnce(scope, question, fetch)));
  }

  async function readOnce<T>(scope: string, question: unknown, fetch: () => Promise<T>): Promise<T> {
    const { key, entry } = await ask(scope, "read", question);
    if (!entry) await replay.caughtUp();
    const value = await fetch();
    const seen = await digest(value);
    if (entry?.digest && entry.digest !== seen)
      refuse("run.diverged", "data that the run has read before reads differently now", { at: key });
    if (!entry) {
      store.intend(key, "read");
      store.answer(key, seen, undefined);
    }
    return value;
  }

  async function execute(scope: string, program: Program): Promise<ProgramResult> {
    const { backend } = options;
    if (!backend) return refuse("backend.none-fits", "this capability declared no need of a backend");
    checkProgram(program);
    const lowered = lower(program, backend.description, options.shots);
    return lowered.combine(await Promise.all(lowered.programs.map((one) => tracked(() => executeOnce(scope, one, backend.use)))));
  }

  async function executeOnce(scope: string, program: Program, backend: Backend): Promise<ProgramResult> {
    const { key, entry } = await ask(scope, "program", program);
    if (entry?.state === "answered") return resultOf(decode(store.body(key)) as SettledSubmission);
    if (entry?.state === "waiting") return forever();
    if (!entry) await replay.caughtUp();
    if (retired) return refuse("run.cancelled", "this attempt has been retired");
    const seeded = program.kind === "sample" && program.seed === undefined ? { ...program, seed: seedFor(options.seed, key) } : program;
    const submission = await send(key, entry, seeded, backend);
    if (submission.state === "waiting") {
      store.wait(key, submission.ticket, Date.now() + submission.askAgainAfterMs);
      return forever();
    }
    await settleProgram(store, key, submission);
    return resultOf(submission);
  }

  /** An intent without an answer means that an attempt died in between: the backend is asked before anything is sent again. */
  async function send(key: string, entry: JournalEntry | undefined, program: Program, backend: Backend): Promise<Submission> {
    const submissionKey = `${options.runId}|${key}`;
    const found = entry && (await backend.find(submissionKey));
    if (found) return found;
    const quote = unwrap(await backend.quote(program));
    checkBudget(spent, quote, options.budget);
    if (!entry) store.intend(key, "program");
    spent = addSpending(spent, quote, batchesOf(program).reduce((product, { rows }) => product * rows, 1));
    options.spend(spent);
    return backend.submit(program, submissionKey);
  }

  async function journal(key: string, value: unknown): Promise<void> {
    const body = encode(value);
    store.intend(key, "step");
    store.answer(key, await digestBytes(body), body);
  }

  const grant: HostGrant = {
    stream: (scope, name, range) => read(scope, { stream: name, range }, () => ports.stream(name, range)),
    datasetInfo: (scope, id) => read(scope, { dataset: id }, () => ports.datasetInfo(id)),
    datasetColumns: (scope, id, names) =>
      read(scope, { dataset: id, names }, () => ports.datasetColumns(id, names)),
    model: (scope, id) => read(scope, { model: id }, () => ports.model(id)),
    saveModel: (scope, draft) =>
      answering(async () => {
        const { key, entry } = await ask(scope, "step", { saveModel: draft.title });
        if (entry?.state === "answered") return decode(store.body(key)) as { id: string; digest: string };
        await replay.caughtUp();
        const saved = await ports.saveModel(draft, key);
        await journal(key, saved);
        return saved;
      }),
    program: (scope, program) => answering(() => execute(scope, program)),
    recall: (scope, name) =>
      answering(async () => {
        const { key, entry } = await ask(scope, "step", { step: name });
        const found = entry?.state === "answered";
        return { key, found, value: found ? decode(store.body(key)) : undefined };
      }),
    record: (key, value) =>
      answering(async () => {
        await replay.caughtUp();
        await journal(key, value);
        return undefined;
      }),
    progress: (fraction, note) => answering(async () => ports.progress(fraction, note) as undefined),
  };
  return { grant, retire: () => void (retired = true), unasked: replay.unasked };
}
