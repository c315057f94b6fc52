// One try at a run, seen from the host: it answers the plugin's grant, and every answer goes through the journal.

import { NO_SECRETS, type Backend, type BackendAccess, type BackendDescription, type Submission } from "../backend.ts";
import { decode, digest, digestBytes, encode } from "../codec.ts";
import { ERRORS } from "../errors.ts";
import { refuse, Refusal, succeed, unwrap, type Failure, type Outcome } from "../failure.ts";
import { lower } from "../program/lower.ts";
import { checkProgram, isDrawn, sizeOf, type Program, type ProgramResult } from "../program/program.ts";
import { mustOwn, mustRead, type ModelUser } from "../model-format.ts";
import type { HostGrant, RunPorts } from "./host-grant.ts";
import { replayOf, type Asked, type EntryKind, type JournalEntry, type JournalStore } from "./journal.ts";
import { addSpending, checkBudget, type Budget, type Spending } from "./quote.ts";
import { seedFor } from "./random.ts";

interface ChosenBackend {
  description: BackendDescription;
  use: Backend;
  /** What the tenant has entrusted to it. */
  access?: BackendAccess;
}

export interface AttemptOptions {
  runId: string;
  seed: number;
  /** Decides which models are read and saved. */
  models: ModelUser;
  /** Per row, where an answer must be sampled. */
  shots: number;
  backend: ChosenBackend | undefined;
  budget: Budget | undefined;
  spent: Spending;
  /** Durable when it returns. */
  spend(total: Spending): void;
  /** A backend cannot be had now: the call stays open, and a later attempt asks again. */
  onLost(failure: Failure): void;
  /** Where nobody can tell whether a program ran: send it once more, or stop. */
  whenUnsure?: "resubmit" | "stop";
  /** Called when every call that is still open waits for a backend: the attempt can be retired. */
  onAllWaiting(): void;
}

export interface Attempt {
  grant: HostGrant;
  /** True while every call that is open waits for a backend. */
  isAllWaiting(): boolean;
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

/** What `work` gives or why it refuses, as data: a refusal is an answer, and a later attempt must see the same one. */
async function outcomeOf<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return succeed(await work());
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    throw error;
  }
}

const unsure = (backend: string): Failure => ({
  code: "backend.unsure",
  message: `an answer of ${backend} was lost, and it cannot say whether it ran the program`,
  hint: "Look at the provider's own records, then start the run again if it did not run.",
});

export function openAttempt(store: JournalStore, ports: RunPorts, options: AttemptOptions): Attempt {
  const replay = replayOf(store);
  let spent = options.spent;
  let retired = false;
  let busy = 0;
  let waiting = 0;
  let inOrder: Promise<unknown> = Promise.resolve();
  /** Steps that are being made: key and the scope of what they ask. */
  const openSteps = new Map<string, string>();

  /** Turns refusals into data, and refuses everything once the attempt is retired. */
  function answering<T>(work: () => Promise<T>): Promise<Outcome<T>> {
    return outcomeOf(async () => {
      mustBeCurrent();
      const value = await work();
      mustBeCurrent();
      return value;
    });
  }

  /** Asked again after every wait: nothing new is journalled or sent for an attempt whose number is void. */
  function mustBeCurrent(): void {
    if (retired) refuse("run.cancelled", "this attempt has been retired");
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

  const calling = <T>(work: () => Promise<T>): Promise<Outcome<T>> => answering(() => tracked(work));

  const isAllWaiting = () => busy === 0 && waiting > 0;

  function settle(): void {
    busy -= 1;
    if (!retired && isAllWaiting()) options.onAllWaiting();
  }

  /** The call stays open until the attempt is retired; a later attempt finds the answer in the journal. */
  function forever(): Promise<never> {
    waiting += 1;
    settle();
    return new Promise(() => undefined);
  }

  /** Digests take turns, so equal questions are numbered in the order in which they were asked. */
  function ask(scope: string, kind: EntryKind, question: unknown): Promise<Asked> {
    const asked = inOrder.then(async () => replay.ask(scope, `${kind}:${await digest(question)}`));
    inOrder = asked.catch(() => undefined);
    return asked;
  }

  function read<T>(scope: string, question: unknown, fetch: () => Promise<T>): Promise<Outcome<T>> {
    return calling(() => readOnce(scope, question, fetch));
  }

  async function readOnce<T>(scope: string, question: unknown, fetch: () => Promise<T>): Promise<T> {
    const { key, entry } = await ask(scope, "read", question);
    if (!entry) await replay.caughtUp();
    const read = await outcomeOf(fetch);
    const seen = await digest(read.ok ? read.value : { refused: read.failure.code });
    mustBeCurrent();
    if (entry?.digest && entry.digest !== seen)
      refuse("run.diverged", "data that the run has read before reads differently now", { at: key });
    if (!entry) {
      store.intend(key, "read");
      store.answer(key, seen, undefined);
    }
    return unwrap(read);
  }

  async function execute(scope: string, program: Program): Promise<ProgramResult> {
    const { backend, shots } = options;
    if (!backend) return refuse("backend.none-fits", "this capability declared no need of a backend");
    checkProgram(program);
    const lowered = lower(program, backend.description, shots);
    const parts = await Promise.allSettled(
      lowered.programs.map((one) => tracked(() => executeOnce(scope, one, backend))),
    );
    // All of them, and of several failures the first in order: which came first in time would differ in a replay.
    return lowered.combine(
      parts.map((part) => {
        if (part.status === "fulfilled") return part.value;
        throw part.reason;
      }),
    );
  }

  async function executeOnce(scope: string, program: Program, backend: ChosenBackend): Promise<ProgramResult> {
    const { key, entry } = await ask(scope, "program", program);
    if (entry?.state === "answered") return resultOf(decode(store.body(key)) as SettledSubmission);
    if (entry?.state === "waiting") return forever();
    if (!entry) await replay.caughtUp();
    mustBeCurrent();
    const seeded =
      isDrawn(program) && program.seed === undefined ? { ...program, seed: seedFor(options.seed, key) } : program;
    const submission = await send(key, entry, seeded, backend);
    if (submission.state === "waiting") {
      store.wait(key, submission.ticket, Date.now() + submission.askAgainAfterMs);
      return forever();
    }
    if (submission.state === "failed" && ERRORS[submission.failure.code].retry) {
      options.onLost(submission.failure);
      return new Promise(() => undefined);
    }
    await settleProgram(store, key, submission);
    return resultOf(submission);
  }

  /** An intent without an answer means that an attempt died in between: the backend is asked before anything is sent again. */
  async function send(
    key: string,
    entry: JournalEntry | undefined,
    program: Program,
    { use, description, access = NO_SECRETS }: ChosenBackend,
  ): Promise<Submission> {
    const submissionKey = `${options.runId}|${key}`;
    const found = entry && (await use.find(submissionKey, access));
    if (found) return found;
    // The intent was journalled and counted together; only where nobody can tell may the backend charge a second time.
    if (entry && description.submission !== "unsure") {
      mustBeCurrent();
      return use.submit(program, submissionKey, access);
    }
    if (entry && options.whenUnsure !== "resubmit") return { state: "failed", failure: unsure(description.name) };
    const quoted = await outcomeOf(async () => {
      const quote = unwrap(await use.quote(program));
      checkBudget(spent, quote, options.budget);
      return quote;
    });
    mustBeCurrent();
    if (!quoted.ok) {
      const failed = { state: "failed", failure: quoted.failure } as const;
      if (!entry) await journal(key, "program", failed);
      return failed;
    }
    if (!entry) store.intend(key, "program");
    spent = addSpending(spent, quoted.value, sizeOf(program).evaluations);
    options.spend(spent);
    return use.submit(program, submissionKey, access);
  }

  /** Intent and answer in one synchronous write: no later attempt finds the one without the other. */
  async function journal(key: string, kind: EntryKind, value: unknown): Promise<void> {
    const body = encode(value);
    const seen = await digestBytes(body);
    mustBeCurrent();
    store.intend(key, kind);
    store.answer(key, seen, body);
  }

  const grant: HostGrant = {
    stream: (scope, name, range) => read(scope, { stream: name, range }, () => ports.stream(name, range)),
    datasetInfo: (scope, id) => read(scope, { dataset: id }, () => ports.datasetInfo(id)),
    datasetColumns: (scope, id, names) => read(scope, { dataset: id, names }, () => ports.datasetColumns(id, names)),
    model: (scope, id) =>
      read(scope, { model: id }, async () => {
        const model = await ports.model(id);
        mustRead(model, options.models);
        return model;
      }),
    saveModel: (scope, draft) =>
      calling(async () => {
        mustOwn(draft.format, options.models);
        const { key, entry } = await ask(scope, "step", { saveModel: draft.title });
        if (entry?.state === "answered")
          return unwrap(decode(store.body(key)) as Outcome<{ id: string; digest: string }>);
        await replay.caughtUp();
        mustBeCurrent();
        const saved = await outcomeOf(() => ports.saveModel(draft));
        await journal(key, "step", saved);
        return unwrap(saved);
      }),
    program: (scope, program) => answering(() => execute(scope, program)),
    recall: (scope, name) =>
      calling(async () => {
        const { key, occurrence, entry } = await ask(scope, "step", { step: name });
        const inside = `${scope}${name}~${occurrence}/`;
        if (entry?.state !== "answered") {
          openSteps.set(key, inside);
          return { key, inside, found: false, value: undefined };
        }
        replay.skip(inside);
        return { key, inside, found: true, value: decode(store.body(key)) };
      }),
    record: (key, value) =>
      calling(async () => {
        const inside = openSteps.get(key);
        if (inside === undefined) return refuse("plugin.broke-contract", "no such step is open", { at: key });
        openSteps.delete(key);
        await replay.caughtUp();
        await journal(key, "step", value);
        store.forget(inside);
        return undefined;
      }),
    progress: (fraction, note) => answering(async () => ports.progress(fraction, note) as undefined),
  };
  return { grant, isAllWaiting, retire: () => void (retired = true), unasked: replay.unasked };
}
