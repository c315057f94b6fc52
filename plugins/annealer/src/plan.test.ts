import {
  circuit,
  NO_SECRETS,
  noParameters,
  Refusal,
  type AnnealProgram,
  type Failure,
  type Program,
} from "@eigentwin/core";
import { expect, test } from "vitest";
import { backendOf } from "./backend.ts";
import { MEMORY_BUDGET_BYTES } from "./memory.ts";
import { ANNEALING, METHODS, PATH_INTEGRAL, type Method } from "./methods.ts";
import { annealer } from "./node.ts";
import { planOf } from "./plan.ts";
import { randomProblem } from "./testing/problems.ts";

function failureOf(program: Program, method: Method): Failure | undefined {
  try {
    planOf(program, method);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
}

/** Each variable is coupled to the `width` that follow it. */
function sparse(variables: number, width = 1): AnnealProgram {
  const length = width * variables - (width * (width + 1)) / 2;
  const couplings = {
    first: new Uint32Array(length),
    second: new Uint32Array(length),
    values: new Float64Array(length).fill(1),
  };
  for (let i = 0, at = 0; i < variables; i++)
    for (let j = i + 1; j <= Math.min(i + width, variables - 1); j++, at++) {
      couplings.first[at] = i;
      couplings.second[at] = j;
    }
  const linear = new Float64Array(variables);
  const problem = { variables, vartype: "spin", linear, couplings, offset: 0 } as const;
  return { kind: "anneal", problem, reads: 16, options: { sweeps: 10 } };
}

test.each(METHODS)("$name takes as many variables as it declares, and not one more", (method) => {
  const { largest } = method;
  expect(planOf(sparse(largest), method).regions.end).toBeLessThanOrEqual(MEMORY_BUDGET_BYTES);
  const failure = failureOf(sparse(largest + 1), method);
  expect(failure).toMatchObject({ code: "backend.refused", at: "/problem/variables" });
  expect(failure?.hint).toContain(`${largest} variables or fewer`);
});

test("what does not fit into memory is refused with the largest that would", () => {
  const slices = { sweeps: 10, slices: 128 };
  const failure = failureOf({ ...sparse(6000), options: slices }, PATH_INTEGRAL);
  expect(failure).toMatchObject({ code: "backend.refused", at: "/problem" });
  const [, most] = /at most (\d+) variables fit/.exec(failure?.hint ?? "") ?? [];
  // The hint counts the couplings of the problem that was asked; fewer variables have fewer.
  expect(Number(most)).toBeGreaterThan(4000);
  expect(failureOf({ ...sparse(Number(most)), options: slices }, PATH_INTEGRAL)).toBeUndefined();
  expect(failureOf({ ...sparse(Number(most) + 100), options: slices }, PATH_INTEGRAL)).toBeDefined();
  expect(failureOf(sparse(2 ** 18, 10), ANNEALING)?.hint).toMatch(/variables fit/);
});

test("a result too large, or a time too long, is refused with what would be allowed", () => {
  const large = failureOf({ ...sparse(100_000), reads: 100 }, ANNEALING);
  expect(large).toMatchObject({ code: "backend.refused", at: "/reads" });
  expect(large?.hint).toContain("83 reads");
  const long = failureOf({ ...sparse(10_000), reads: 800, options: { sweeps: 100_000 } }, ANNEALING);
  expect(long?.message).toMatch(/at most 150 are allowed/);
  const [, most = ""] = /may be about (\d+)/.exec(long?.hint ?? "") ?? [];
  expect(
    failureOf({ ...sparse(10_000), options: { sweeps: Math.floor(Number(most) / 16) } }, ANNEALING),
  ).toBeUndefined();
});

test.each<[string, Method, AnnealProgram["options"]]>([
  ["half a sweep", ANNEALING, { sweeps: 0.5 }],
  ["a word for sweeps", ANNEALING, { sweeps: "many" }],
  ["a temperature of zero", ANNEALING, { temperatureEnd: 0 }],
  ["a temperature below zero", ANNEALING, { temperatureStart: -1 }],
  ["one slice", PATH_INTEGRAL, { slices: 1 }],
  ["a field that is not a number", PATH_INTEGRAL, { fieldStart: Number.NaN }],
  ["a temperature that is not finite", PATH_INTEGRAL, { temperature: Infinity }],
])("refuses %s when it is quoted", (_what, method, options) => {
  const failure = failureOf({ ...sparse(4), options }, method);
  expect(failure?.code).toBe("program.invalid");
  expect(failure?.at).toBe(`/options/${Object.keys(options ?? {})[0]}`);
});

test("circuits and options of the other method are refused", () => {
  const sample: Program = { kind: "sample", circuit: circuit(1).build(), parameters: noParameters, shots: 1 };
  expect(failureOf(sample, ANNEALING)).toMatchObject({ code: "backend.refused", hint: "It runs anneal." });
  const failure = failureOf({ ...sparse(4), options: { slices: 4 } }, ANNEALING);
  expect(failure).toMatchObject({ code: "backend.refused", at: "/options/slices" });
  expect(failure?.hint).toBe("There is sweeps, temperatureStart, temperatureEnd.");
});

test("a quote grows with what is asked for, and tells variables and reads", async () => {
  const backend = backendOf(annealer(), ANNEALING);
  const quote = await backend.quote(sparse(100));
  expect(quote).toMatchObject({ ok: true, value: { money: 0, qubits: 100, depth: 0, shots: 16 } });
  const longer = await backend.quote({ ...sparse(100), options: { sweeps: 1000 } });
  const seconds = (one: typeof quote) => (one.ok ? one.value.seconds : Number.NaN);
  expect(seconds(longer)).toBeGreaterThan(50 * seconds(quote));
});

const program: AnnealProgram = {
  kind: "anneal",
  problem: randomProblem(30, 1),
  reads: 40,
  seed: 7,
  options: { sweeps: 20 },
};

test.each(METHODS)("$name: reads depend on the seed alone, not on how many or what else runs", async (method) => {
  const { run } = annealer();
  const [alone, again, other] = await Promise.all([
    run(program, method),
    run(program, method),
    run({ ...program, seed: 8 }, method),
  ]);
  expect(again).toEqual(alone);
  expect(other).not.toEqual(alone);
  const fewer = await run({ ...program, reads: 5 }, method);
  fewer.bitstrings.forEach((bits, at) => {
    const all = alone.occurrences[alone.bitstrings.indexOf(bits)] ?? 0;
    expect(all).toBeGreaterThanOrEqual(fewer.occurrences[at] ?? 0);
  });
});

test("without a seed the key decides", async () => {
  const backend = backendOf(annealer(), ANNEALING);
  const { seed: _seed, ...without } = program;
  const read = (key: string) => backend.submit(without, key, NO_SECRETS);
  expect(await read("a")).toEqual(await read("a"));
  expect(await read("a")).not.toEqual(await read("b"));
  expect(await backend.find("a", NO_SECRETS)).toBeUndefined();
  expect(await backend.check({ id: "a" }, NO_SECRETS)).toMatchObject({ state: "failed" });
});

/** About twenty slices of work. */
const long: AnnealProgram = { ...sparse(20_000), options: { sweeps: 1000 } };

test("long work gives way, tells a progress that grows, and ends when it is cancelled", async () => {
  const told: number[] = [];
  let turns = 0;
  const ending = new AbortController();
  const timer = setInterval(() => {
    turns += 1;
    if (turns === 3) ending.abort();
  });
  const running = annealer().run(long, ANNEALING, {
    progress: (fraction) => told.push(fraction),
    signal: ending.signal,
  });
  await expect(running).rejects.toThrow(/^run\.cancelled/);
  clearInterval(timer);
  expect(told.length).toBeGreaterThan(1);
  expect(told.every((fraction, at) => fraction > (told[at - 1] ?? 0) && fraction < 1)).toBe(true);
});
