import { expect, test } from "vitest";
import { NO_SECRETS, type Submission } from "../backend.ts";
import { fail, refuse, succeed, type Failure } from "../failure.ts";
import { circuit } from "../program/circuit.ts";
import { pauli } from "../program/observable.ts";
import { noParameters, type Program, type SampleProgram } from "../program/program.ts";
import { openAttempt, settleProgram, type AttemptOptions } from "./attempt.ts";
import type { HostGrant, RunPorts } from "./host-grant.ts";
import { memoryJournal, type JournalStore } from "./journal.ts";
import { nothingSpent, type Spending } from "./quote.ts";
import { memoryBackend, type MemoryBackend } from "./testing/memory-backend.ts";

const ask = (angle = 0): SampleProgram => ({
  kind: "sample",
  circuit: circuit(2).add("rx", 0, angle).build(),
  parameters: noParameters,
  shots: 20,
});
const series = { observedAtMs: Float64Array.of(1, 2), values: Float64Array.of(3, 4) };
const unwanted = (code: Failure["code"]) => ({ ok: false, failure: expect.objectContaining({ code }) });

/** A run with one journal, one backend and one purse, tried as often as `attempt` is called. */
function runWith(backend: MemoryBackend, journal = memoryJournal()) {
  const run = {
    backend,
    journal,
    spent: nothingSpent("USD") as Spending,
    allWaiting: 0,
    lost: [] as string[],
    ports: {
      stream: async () => series,
      datasetInfo: async (id) => refuse("dataset.not-found", `there is no dataset ${id}`),
      datasetColumns: async () => ({}),
      model: async (id) => refuse("model.not-found", `there is no model ${id}`),
      saveModel: async () => ({ id: "model-1", digest: "sha256:00" }),
      progress: () => undefined,
    } as RunPorts,
    attempt: (options: Partial<AttemptOptions> = {}, store: JournalStore = journal) =>
      openAttempt(store, run.ports, {
        runId: "run-1",
        seed: 3,
        shots: 50,
        models: { plugin: "pump", capability: "pump.life@1", reads: ["pump.fit@1"] },
        backend: { description: backend.description, use: backend },
        budget: { money: 1000, currency: "USD" },
        spent: run.spent,
        spend: (total) => void (run.spent = total),
        onLost: (failure) => void run.lost.push(failure.code),
        onAllWaiting: () => void (run.allWaiting += 1),
        ...options,
      }),
  };
  return run;
}

const quiet = () => new Promise((resolve) => setTimeout(resolve, 10));

async function askTickets({ backend, journal }: ReturnType<typeof runWith>) {
  for (const { key, ticket } of journal.entries()) {
    if (!ticket) continue;
    const submission = await backend.check(ticket, NO_SECRETS);
    if (submission.state === "waiting") journal.wait(key, submission.ticket, 0);
    else await settleProgram(journal, key, submission);
  }
}

/** A promise and the hand that keeps it. */
function gate<T>() {
  let open: (value: T) => void = () => undefined;
  const passed = new Promise<T>((resolve) => (open = resolve));
  return { passed, open };
}

test("an answered program is answered from the journal, with the same bits, and costs nothing more", async () => {
  const run = runWith(memoryBackend());
  const first = await run.attempt().grant.program("/", ask());
  const spent = run.spent;
  const second = await run.attempt().grant.program("/", ask());
  expect(second).toStrictEqual(first);
  expect(run.backend.submissions).toHaveLength(1);
  expect(run.spent).toBe(spent);
  expect(spent).toEqual({ programs: 1, evaluations: 1, shots: 20, money: 1, currency: "USD", qubits: 2, depth: 1 });
});

test("equal programs have seeds and answers of their own, in one scope and across scopes", async () => {
  const run = runWith(memoryBackend());
  const play = async ({ program }: HostGrant) =>
    Promise.all([program("/a/", ask()), program("/a/", ask()), program("/b/", ask())]);
  const first = await play(run.attempt().grant);
  const seeds = run.backend.submissions.map(({ program }) => program.seed);
  expect(new Set(seeds).size).toBe(3);
  expect(new Set(first.map((outcome) => JSON.stringify(outcome))).size).toBe(3);
  expect(await play(run.attempt().grant)).toStrictEqual(first);
  expect(run.backend.submissions).toHaveLength(3);
});

test("a run with another seed draws otherwise; a program's own seed is left alone", async () => {
  const run = runWith(memoryBackend());
  await run.attempt({ seed: 3 }, memoryJournal()).grant.program("/", ask());
  await run.attempt({ seed: 4 }, memoryJournal()).grant.program("/", ask());
  await run.attempt({ seed: 4 }, memoryJournal()).grant.program("/", { ...ask(), seed: 77 });
  const [three, four, own] = run.backend.submissions.map(({ program }) => program.seed);
  expect(three).not.toBe(four);
  expect(own).toBe(77);
});

test("what is lowered is journalled in its parts", async () => {
  const run = runWith(memoryBackend());
  const energy: Program = {
    kind: "expectation",
    circuit: circuit(2).build(),
    parameters: noParameters,
    observables: [[...pauli("XX"), ...pauli("ZZ")]],
  };
  const first = await run.attempt().grant.program("/", energy);
  expect(run.backend.submissions.map(({ program }) => program.shots)).toEqual([50, 50]);
  expect(await run.attempt().grant.program("/", energy)).toStrictEqual(first);
  expect(run.journal.entries()).toHaveLength(2);
});

test("of several parts that fail, the first in order is reported, whichever fails first in time", async () => {
  const run = runWith(memoryBackend());
  const second = gate<void>();
  const { submit } = run.backend;
  run.backend.submit = async (program, key) => {
    await submit(program, key, NO_SECRETS);
    const isFirst = run.backend.submissions.length === 1;
    if (isFirst) await second.passed;
    else second.open();
    const { failure } = fail("backend.refused", isFirst ? "the first" : "the second");
    return { state: "failed", failure };
  };
  const energy: Program = {
    kind: "expectation",
    circuit: circuit(1).build(),
    parameters: noParameters,
    observables: [[...pauli("X"), ...pauli("Z")]],
  };
  const first = await run.attempt().grant.program("/", energy);
  expect(first).toMatchObject({ failure: { message: "the first" } });
  expect(run.journal.entries().map(({ state }) => state)).toEqual(["answered", "answered"]);
  expect(await run.attempt().grant.program("/", energy)).toStrictEqual(first);
});

test("what is new is held until all that was paid for has been asked for again", async () => {
  const run = runWith(memoryBackend());
  const before = run.attempt();
  await Promise.all([before.grant.program("/a/", ask(1)), before.grant.program("/b/", ask(2))]);
  const after = run.attempt();
  const fresh = after.grant.program("/c/", ask(3));
  await after.grant.program("/a/", ask(1));
  await expect.poll(() => run.backend.submissions).toHaveLength(2);
  expect(after.unasked()).toHaveLength(1);
  await after.grant.program("/b/", ask(2));
  expect(await fresh).toMatchObject({ ok: true });
  expect(run.backend.submissions).toHaveLength(3);
});

test("a plugin that asks something else is noticed, and nothing is paid for it", async () => {
  const run = runWith(memoryBackend());
  await run.attempt().grant.program("/", ask(1));
  const after = run.attempt();
  void after.grant.program("/", ask(2));
  void after.grant.stream("/", "t24", {});
  await quiet();
  expect(after.unasked()).toEqual(run.journal.entries().map(({ key }) => key));
  expect(run.backend.submissions).toHaveLength(1);
  expect(run.journal.entries()).toHaveLength(1);
});

test("a lost answer is looked for under its key before anything is sent again", async () => {
  const run = runWith(memoryBackend());
  const { submit } = run.backend;
  run.backend.submit = async (program, key) => {
    await submit(program, key, NO_SECRETS);
    throw new Error("the line went dead");
  };
  await expect(run.attempt().grant.program("/", ask())).rejects.toThrow("the line went dead");
  expect(run.journal.entries()).toMatchObject([{ state: "intended" }]);
  run.backend.submit = submit;
  expect(await run.attempt().grant.program("/", ask())).toMatchObject({ ok: true });
  expect(run.backend.sought).toEqual(run.backend.submissions.map(({ key }) => key));
  expect(run.backend.submissions).toHaveLength(1);
  expect(run.spent.programs).toBe(1);
});

test("a lost submission is sent once more, and within the budget it has already taken", async () => {
  const run = runWith(memoryBackend());
  const budget = { money: 1, currency: "USD" };
  const { submit } = run.backend;
  run.backend.submit = async () => {
    throw new Error("the line is dead");
  };
  await expect(run.attempt({ budget }).grant.program("/", ask())).rejects.toThrow("the line is dead");
  run.backend.submit = submit;
  expect(await run.attempt({ budget }).grant.program("/", ask())).toMatchObject({ ok: true });
  expect(run.spent).toMatchObject({ programs: 1, money: 1 });
});

test("where nobody can tell whether it ran, a second submission counts as paid", async () => {
  const run = runWith(memoryBackend());
  run.backend.description.submission = "unsure";
  const { submit } = run.backend;
  run.backend.submit = async () => {
    throw new Error("the line is dead");
  };
  await expect(run.attempt().grant.program("/", ask())).rejects.toThrow("the line is dead");
  run.backend.submit = submit;
  const resubmit = { whenUnsure: "resubmit" } as const;
  expect(await run.attempt(resubmit).grant.program("/", ask())).toMatchObject({ ok: true });
  expect(run.spent).toMatchObject({ programs: 2, money: 2 });
});

test("where nobody can tell whether it ran, nothing is sent again unless the caller said so", async () => {
  const run = runWith(memoryBackend());
  run.backend.description.submission = "unsure";
  run.backend.submit = async () => {
    throw new Error("the line is dead");
  };
  await expect(run.attempt().grant.program("/", ask())).rejects.toThrow("the line is dead");
  expect(await run.attempt().grant.program("/", ask())).toEqual(unwanted("backend.unsure"));
  expect(run.spent).toMatchObject({ programs: 1 });
});

test("a backend that cannot be had now is no answer: the call stays open and a later attempt asks again", async () => {
  const run = runWith(memoryBackend());
  const { submit } = run.backend;
  run.backend.submit = async () => ({ state: "failed", failure: { code: "backend.unavailable", message: "busy" } });
  void run.attempt().grant.program("/", ask());
  await expect.poll(() => run.lost).toEqual(["backend.unavailable"]);
  run.backend.submit = submit;
  expect(await run.attempt().grant.program("/", ask())).toMatchObject({ ok: true });
  expect(run.spent).toMatchObject({ programs: 1 });
});

test("a failure is an answer: it replays as the same failure and is not tried again", async () => {
  const run = runWith(memoryBackend(() => ({ failed: true })));
  const first = await run.attempt().grant.program("/", ask());
  expect(first).toEqual(unwanted("backend.refused"));
  expect(await run.attempt().grant.program("/", ask())).toStrictEqual(first);
  expect(run.backend.submissions).toHaveLength(1);
});

// A plugin may catch a refusal and go on: an attempt that held the refused question back could never catch up.
test.each<[string, (grant: HostGrant) => Promise<unknown>, Failure["code"]]>([
  ["a backend's no to a quote", ({ program }) => program("/", ask(9)), "backend.refused"],
  ["a budget's no", ({ program }) => program("/", ask(8)), "budget.exceeded"],
  ["a missing dataset", ({ datasetInfo }) => datasetInfo("/", "none"), "dataset.not-found"],
  ["a missing model", ({ model }) => model("/", "none"), "model.not-found"],
])("%s is an answer too: a later attempt sees it and goes on", async (_what, refused, code) => {
  const [nine, eight] = [ask(9), ask(8)].map((program) => JSON.stringify(program.circuit.gates));
  const backend = memoryBackend(({ circuit: { gates } }) => ({ refused: JSON.stringify(gates) === nine }));
  const { quote } = backend;
  backend.quote = async (program) => {
    const quoted = await quote(program);
    if (quoted.ok && program.kind === "sample" && JSON.stringify(program.circuit.gates) === eight)
      quoted.value.money = 1000;
    return quoted;
  };
  const run = runWith(backend);
  const play = async (grant: HostGrant) => [await refused(grant), await grant.program("/", ask(1))];
  const budget = { money: 5, currency: "USD" };
  const first = await play(run.attempt({ budget }).grant);
  expect(first).toEqual([unwanted(code), expect.objectContaining({ ok: true })]);
  const later = run.attempt({ budget });
  expect(await play(later.grant)).toStrictEqual(first);
  expect(later.unasked()).toEqual([]);
  expect(run.spent).toMatchObject({ programs: 1, money: 1 });
});

test("an impossible program is refused before the backend hears of it", async () => {
  const run = runWith(memoryBackend());
  const impossible = { ...ask(), shots: 0 };
  expect(await run.attempt().grant.program("/", impossible)).toEqual(unwanted("program.invalid"));
  expect(await run.attempt({ backend: undefined }).grant.program("/", ask())).toEqual(unwanted("backend.none-fits"));
  expect(run.journal.entries()).toEqual([]);
});

test("a waiting program stays open; its answer is in the journal of the next attempt", async () => {
  const run = runWith(memoryBackend(() => ({ checks: 2 })));
  const first = run.attempt();
  let answered = false;
  void first.grant.program("/", ask()).then(() => (answered = true));
  await expect.poll(() => run.allWaiting).toBe(1);
  expect(answered).toBe(false);
  await askTickets(run);
  void run.attempt().grant.program("/", ask());
  await expect.poll(() => run.allWaiting).toBe(2);
  await askTickets(run);
  expect(await run.attempt().grant.program("/", ask())).toMatchObject({ ok: true });
  expect(run.backend.submissions).toHaveLength(1);
});

test("all are waiting only when no call is under way: neither a program, nor a read, nor a step", async () => {
  const run = runWith(memoryBackend(({ shots }) => ({ checks: shots === 20 ? 1 : 0 })));
  const [submitting, reading] = [gate<void>(), gate<void>()];
  const { submit } = run.backend;
  run.backend.submit = async (program, key) => {
    if (program.kind === "sample" && program.shots === 30) await submitting.passed;
    return submit(program, key, NO_SECRETS);
  };
  run.ports.stream = async () => {
    await reading.passed;
    return series;
  };
  const { grant } = run.attempt();
  void grant.program("/a/", ask());
  const quick = grant.program("/b/", { ...ask(), shots: 30 });
  const read = grant.stream("/c/", "t24", {});
  await quiet();
  expect(run.allWaiting).toBe(0);
  submitting.open();
  await quick;
  expect(run.allWaiting).toBe(0);
  reading.open();
  await read;
  expect(run.allWaiting).toBe(1);
});

test("a call that is held back is not waiting for a backend", async () => {
  const run = runWith(memoryBackend(() => ({ checks: 1 })));
  const before = run.attempt();
  void before.grant.program("/a/", ask(1));
  void before.grant.program("/b/", ask(2));
  await expect.poll(() => run.journal.entries().map(({ state }) => state)).toEqual(["waiting", "waiting"]);
  const after = run.attempt();
  const { key } = stepOf(await after.grant.recall("/c/", "fit"));
  void after.grant.record(key, 1);
  void after.grant.program("/a/", ask(1));
  await expect.poll(() => run.allWaiting).toBe(1);
  void after.grant.program("/b/", ask(2));
  await expect.poll(() => run.journal.entries().map(({ state }) => state)).toEqual(["waiting", "waiting", "answered"]);
  await expect.poll(() => run.allWaiting).toBeGreaterThan(1);
});

test("a retired attempt refuses everything", async () => {
  const run = runWith(memoryBackend());
  const { grant, retire } = run.attempt();
  retire();
  const calls = [
    grant.stream("/", "t24", {}),
    grant.datasetInfo("/", "d"),
    grant.datasetColumns("/", "d", ["a"]),
    grant.model("/", "m"),
    grant.saveModel("/", { title: "m", format: "pump.fit@1", body: 1 }),
    grant.program("/", ask()),
    grant.recall("/", "fit"),
    grant.record("/|step|0", 1),
    grant.progress(0.5, "half"),
  ];
  expect(calls).toHaveLength(Object.keys(grant).length);
  for (const call of calls) expect(await call).toEqual(unwanted("run.cancelled"));
  expect(run.journal.entries()).toEqual([]);
});

test("what a retired attempt had under way neither pays nor writes", async () => {
  const run = runWith(memoryBackend());
  const [quoting, quoted, reading, readOn] = [gate<void>(), gate<void>(), gate<void>(), gate<void>()];
  const { quote } = run.backend;
  run.backend.quote = async (program) => {
    quoting.open();
    await quoted.passed;
    return quote(program);
  };
  run.ports.stream = async () => {
    reading.open();
    await readOn.passed;
    return series;
  };
  const { grant, retire } = run.attempt();
  const { key } = stepOf(await grant.recall("/", "fit"));
  const open: Promise<unknown>[] = [grant.program("/", ask()), grant.stream("/", "t24", {})];
  await Promise.all([quoting.passed, reading.passed]);
  open.push(grant.record(key, 1));
  retire();
  quoted.open();
  readOn.open();
  for (const call of open) expect(await call).toEqual(unwanted("run.cancelled"));
  expect(run.backend.submissions).toEqual([]);
  expect(run.journal.entries()).toEqual([]);
  expect(run.spent.programs).toBe(0);
});

test("a paid answer that comes after the attempt was retired is kept for the next", async () => {
  const run = runWith(memoryBackend());
  const sending = gate<Submission>();
  const { submit } = run.backend;
  run.backend.submit = async (program, key) => {
    sending.open(await submit(program, key, NO_SECRETS));
    return sending.passed;
  };
  const { grant, retire } = run.attempt();
  const late = grant.program("/", ask());
  await sending.passed;
  retire();
  expect(await late).toEqual(unwanted("run.cancelled"));
  expect(run.journal.entries()).toMatchObject([{ state: "answered" }]);
});

test("a read keeps a digest, is read again, and must read the same", async () => {
  const run = runWith(memoryBackend());
  expect(await run.attempt().grant.stream("/", "t24", {})).toEqual(succeed(series));
  expect(await run.attempt().grant.stream("/", "t24", {})).toEqual(succeed(series));
  const [entry] = run.journal.entries();
  expect(run.journal.body(entry?.key ?? "")).toHaveLength(0);
  run.ports.stream = async () => ({ ...series, values: Float64Array.of(3, 4.000001) });
  expect(await run.attempt().grant.stream("/", "t24", {})).toMatchObject(
    fail("run.diverged", "data that the run has read before reads differently now", { at: entry?.key ?? "" }),
  );
  run.ports.stream = async () => refuse("stream.unknown", "it is gone");
  expect(await run.attempt().grant.stream("/", "t24", {})).toEqual(unwanted("run.diverged"));
});

test("reads with other arguments are other reads", async () => {
  const run = runWith(memoryBackend());
  const { grant } = run.attempt();
  await grant.stream("/", "t24", {});
  await grant.stream("/", "t24", { from: "2026-01-01T00:00:00Z" });
  await grant.datasetColumns("/", "d", ["a", "b"]);
  await grant.datasetColumns("/", "d", ["b", "a"]);
  await grant.stream("/a/", "t24", {});
  expect(run.journal.entries()).toHaveLength(5);
});

const stepOf = (outcome: Awaited<ReturnType<HostGrant["recall"]>>) => {
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
};

test.each([[undefined], [null], [-0], [Float64Array.of(1.5, NaN)], [{ deep: [Uint32Array.of(1)] }]])(
  "a step's value %s is recalled",
  async (value) => {
    const run = runWith(memoryBackend());
    const first = run.attempt();
    const { key, inside, found } = stepOf(await first.grant.recall("/", "fit"));
    expect(found).toBe(false);
    expect(await first.grant.record(key, value)).toEqual(succeed(undefined));
    expect(stepOf(await run.attempt().grant.recall("/", "fit"))).toStrictEqual({ key, inside, found: true, value });
  },
);

test("a model is saved once; a later attempt gets the same id, or the same refusal", async () => {
  const run = runWith(memoryBackend());
  const drafts: unknown[] = [];
  run.ports.saveModel = async (draft) => {
    drafts.push(draft);
    if (draft.title === "huge") return refuse("request.too-large", "the model is too large");
    return { id: `model-${drafts.length}`, digest: "sha256:00" };
  };
  const play = async ({ saveModel }: HostGrant) => [
    await saveModel("/", { title: "fit", format: "pump.fit@1", body: 1 }),
    await saveModel("/", { title: "huge", format: "pump.fit@1", body: 2 }),
    await saveModel("/", { title: "fit", format: "pump.fit@1", body: 3 }),
  ];
  const first = await play(run.attempt().grant);
  expect(first.map(({ ok }) => ok)).toEqual([true, false, true]);
  expect(await play(run.attempt().grant)).toEqual(first);
  expect(drafts).toHaveLength(3);
});

test("what a finished step asked need not be asked again, and its bodies are let go", async () => {
  const run = runWith(memoryBackend());
  const first = run.attempt();
  const place = stepOf(await first.grant.recall("/", "fit"));
  await first.grant.program(place.inside, ask(1));
  await first.grant.program("/", ask(2));
  const [kept, dropped] = run.journal
    .entries()
    .map(({ key }) => key)
    .sort((a) => (a.startsWith(place.inside) ? 1 : -1));
  await first.grant.record(place.key, 7);
  expect(run.journal.body(dropped ?? "").length).toBe(0);
  expect(run.journal.body(kept ?? "").length).toBeGreaterThan(0);
  const second = run.attempt();
  await second.grant.recall("/", "fit");
  await second.grant.program("/", ask(2));
  expect(second.unasked()).toEqual([]);
});

test("only a step that this attempt has recalled can be recorded", async () => {
  const { grant } = runWith(memoryBackend()).attempt();
  expect(await grant.record("/|step|0", 1)).toMatchObject({ ok: false, failure: { code: "plugin.broke-contract" } });
});
