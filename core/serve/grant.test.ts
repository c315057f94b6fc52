import { expect, test } from "vitest";
import { refuse } from "../failure.ts";
import type { Grant } from "../grant.ts";
import { circuit } from "../program/circuit.ts";
import { noParameters, type SampleProgram } from "../program/program.ts";
import { openAttempt } from "../run/attempt.ts";
import type { RunPorts } from "../run/host-grant.ts";
import { memoryJournal } from "../run/journal.ts";
import { nothingSpent } from "../run/quote.ts";
import { memoryBackend } from "../run/testing/memory-backend.ts";
import { grantFrom } from "./grant.ts";

const coin: SampleProgram = {
  kind: "sample",
  circuit: circuit(1).add("h", 0).build(),
  parameters: noParameters,
  shots: 9,
};

/** Grants of successive attempts at one run. */
function runWith(ports: Partial<RunPorts> = {}, seed = 5) {
  const journal = memoryJournal();
  const backend = memoryBackend();
  const nothing = async () => refuse("dataset.not-found", "there is nothing");
  const all: RunPorts = {
    stream: nothing,
    datasetInfo: nothing,
    datasetColumns: nothing,
    model: nothing,
    saveModel: nothing,
    progress: () => undefined,
    ...ports,
  };
  const attempt = (): Grant => {
    const { grant } = openAttempt(journal, all, {
      runId: "run-1",
      seed,
      shots: 9,
      models: { plugin: "pump", capability: "pump.life@1", reads: ["pump.fit@1"] },
      backend: { description: backend.description, use: backend },
      budget: { money: 1000, currency: "USD" },
      spent: nothingSpent("USD"),
      spend: () => undefined,
      onLost: () => undefined,
      onAllWaiting: () => undefined,
    });
    const context = { subject: { kind: "dataset", id: "d" } as const, now: "", seed, backend: backend.description };
    return grantFrom(context, grant, new AbortController().signal);
  };
  return { attempt, backend, journal };
}
const draws = ({ random }: Grant, count = 5) => Array.from({ length: count }, random);

test("every attempt draws the same numbers; another run draws others", () => {
  const { attempt } = runWith();
  const first = draws(attempt());
  expect(draws(attempt())).toEqual(first);
  expect(draws(runWith({}, 6).attempt())).not.toEqual(first);
});

test("a scope has numbers of its own, whatever was drawn elsewhere", () => {
  const { attempt } = runWith();
  const grant = attempt();
  const left = draws(grant.scope("left"));
  draws(grant, 17);
  expect(draws(attempt().scope("left"))).toEqual(left);
  for (const other of [grant, attempt().scope("right"), attempt().scope("left").scope("left")])
    expect(draws(other)).not.toEqual(left);
  expect(draws(grant.scope("a").scope("b"))).not.toEqual(draws(grant.scope("ab")));
});

test.each(["a/b", "", "/"])("%j names no scope: two paths could then be one", (name) => {
  expect(() => runWith().attempt().scope(name)).toThrow(/^plugin\.broke-contract/);
});

test("a step runs once, and later attempts get what it made", async () => {
  const { attempt } = runWith();
  let ran = 0;
  const fit = (grant: Grant) =>
    grant.step("fit", async () => {
      ran += 1;
      return { weights: Float64Array.of(ran, -0), note: undefined, zero: -0 };
    });
  const first = await fit(attempt());
  expect(first).toStrictEqual({ weights: Float64Array.of(1, -0), zero: -0 });
  expect(await fit(attempt())).toStrictEqual(first);
  expect(ran).toBe(1);
});

test("chance goes on after a replayed step as it did when the step ran", async () => {
  const { attempt } = runWith();
  const play = async (grant: Grant) => [
    grant.random(),
    await grant.step("bootstrap", () => draws(grant, 3)),
    grant.random(),
    await grant.step("nothing", () => 0),
    (await grant.backend.run(coin)).histograms.length,
    grant.random(),
  ];
  const first = await play(attempt());
  expect(await play(attempt())).toEqual(first);
});

test("equal steps in one scope are told apart by their order", async () => {
  const { attempt } = runWith();
  let ran = 0;
  const play = async (grant: Grant) => [
    await grant.step("count", () => (ran += 1)),
    await grant.step("count", () => (ran += 1)),
    await grant.scope("a").step("count", () => (ran += 1)),
  ];
  expect(await play(attempt())).toEqual([1, 2, 3]);
  expect(await play(attempt())).toEqual([1, 2, 3]);
});

test("later changes of what a step made do not reach its value", async () => {
  const { attempt } = runWith();
  const kept = Float64Array.of(1, 2);
  const made = await attempt().step("kept", () => kept);
  kept.fill(9);
  expect(made).toEqual(Float64Array.of(1, 2));
});

test("a step that throws is not journalled, and one that makes what cannot be kept fails at once", async () => {
  const { attempt, journal } = runWith();
  const broken = attempt().step("broken", () => {
    throw new RangeError("singular");
  });
  await expect(broken).rejects.toThrow("singular");
  await expect(attempt().step("map", () => new Map())).rejects.toThrow(/Map has no encoding/);
  expect(journal.entries()).toEqual([]);
});

test("programs of different scopes are different programs", async () => {
  const { attempt, backend } = runWith();
  const grant = attempt();
  await Promise.all([grant.backend.run(coin), grant.scope("a").backend.run(coin), grant.scope("b").backend.run(coin)]);
  expect(new Set(backend.submissions.map(({ key }) => key)).size).toBe(3);
  expect(new Set(backend.submissions.map(({ program }) => program.seed)).size).toBe(3);
});

test("columns are fetched in parts of at most 8 MiB, and come back whole", async () => {
  const rows = 300_000;
  const asked: (readonly string[])[] = [];
  const { attempt } = runWith({
    datasetInfo: async (id) => ({ id, title: id, rows, columns: [], digest: "sha256:00", synthetic: true }),
    async datasetColumns(_id, names) {
      asked.push(names);
      return Object.fromEntries(names.map((name) => [name, new Float64Array(rows).fill(Number(name))]));
    },
  });
  const names = ["1", "2", "3", "4", "5", "6", "7"];
  const columns = await (await attempt().dataset("d")).columns(names);
  expect(asked.flat()).toEqual(names);
  for (const part of asked) expect(part.length * rows * 8).toBeLessThanOrEqual(8 * 1024 * 1024);
  for (const name of names) expect(columns[name]?.at(-1)).toBe(Number(name));
});

test("a capability that declared no backend has none", () => {
  const context = { subject: { kind: "dataset", id: "d" } as const, now: "", seed: 1, backend: undefined };
  const { backend } = runWith().attempt();
  expect(backend.description.name).toBe("memory");
  const { grant } = openAttempt(memoryJournal(), {} as RunPorts, {
    runId: "run-1",
    seed: 1,
    shots: 1,
    models: { plugin: "pump", capability: "pump.life@1", reads: ["pump.fit@1"] },
    backend: undefined,
    budget: undefined,
    spent: nothingSpent("USD"),
    spend: () => undefined,
    onLost: () => undefined,
    onAllWaiting: () => undefined,
  });
  const without = grantFrom(context, grant, new AbortController().signal);
  expect(() => without.backend.description).toThrow(/^backend\.none-fits/);
});

test("a series that comes in parts is whole for the plugin, and the same in a replay", async () => {
  const seconds = (at: number) => new Date(1000 * at).toISOString();
  const asked: unknown[] = [];
  const { attempt } = runWith({
    async stream(_name, range) {
      asked.push(range);
      const from = range.from ? Date.parse(range.from) / 1000 : 0;
      const all = Float64Array.from([0, 1, 2, 3, 4]).slice(from, from + 2);
      return { observedAtMs: all.map((at) => 1000 * at), values: all, ...(from < 4 && { next: seconds(from + 2) }) };
    },
  });
  const first = await attempt().stream("level", { to: seconds(9) });
  expect([...first.values]).toEqual([0, 1, 2, 3, 4]);
  expect([...first.observedAtMs]).toEqual([0, 1000, 2000, 3000, 4000]);
  expect(asked).toEqual([
    { to: seconds(9) },
    { from: seconds(2), to: seconds(9) },
    { from: seconds(4), to: seconds(9) },
  ]);
  expect(await attempt().stream("level", { to: seconds(9) })).toEqual(first);
});
