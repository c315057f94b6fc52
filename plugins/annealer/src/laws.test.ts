// What must hold whatever the schedule: the fields are what the spins say, fixed temperature samples Boltzmann's
// distribution, and neither turning all spins nor renaming up and down makes a difference.

import { annealProblem, energyOf, randomFrom, type AnnealProblem, type AnnealProgram } from "@eigentwin/core";
import { optimaOf, spectrumOf } from "@eigentwin/core/conformance";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSession, readLanes, sliceOf, sweep, type Session } from "./anneal.ts";
import { FREE_FROM, LANES, PAGE_BYTES, startKernels } from "./kernels.ts";
import { METHODS, type Method } from "./methods.ts";
import { annealer, annealerModule } from "./node.ts";
import { planOf } from "./plan.ts";
import { gauged, randomProblem, wholeProblems } from "./testing/problems.ts";

const module = annealerModule();
const { run } = annealer();
const both = { vartypes: ["spin", "binary"], most: 9 } as const;

/** An instance of its own, so that a test sees the spins between begin and end. */
function sessionOf(problem: AnnealProblem, method: Method, options: AnnealProgram["options"] = {}): Session {
  const plan = planOf({ kind: "anneal", problem, reads: LANES, options }, method);
  const kernels = startKernels(module);
  kernels.memory.grow(Math.ceil((plan.regions.end - FREE_FROM) / PAGE_BYTES));
  return openSession(kernels, plan, {});
}

/** Complains where a field is not its bias and what its neighbours' spins add. */
function mustKeepBooks(session: Session): void {
  const { whole, slices } = session;
  for (let slice = 0; slice < slices; slice++) {
    const { fields, spins } = sliceOf(session, slice);
    for (let lane = 0; lane < LANES; lane++)
      for (let i = 0; i < whole.variables; i++) {
        let field = whole.biases[i] ?? 0;
        for (let at = (whole.rows[i] ?? 0) / 4; at < (whole.rows[i + 1] ?? 0) / 4; at += 2) {
          const other = (whole.couplings[at] ?? 0) / (4 * LANES);
          field += (whole.couplings[at + 1] ?? 0) * (1 + 2 * (spins[other * LANES + lane] ?? 0));
        }
        expect(fields[i * LANES + lane]).toBe(field);
      }
  }
}

test.each(METHODS)("$name: after every sweep the fields are those of the spins, to the last bit", async (method) => {
  const session = sessionOf(randomProblem(13, 1), method, { sweeps: 7 });
  for (let block = 0; block < 2; block++) {
    session.kernels.useBlock(9, block);
    session.kernels.begin();
    mustKeepBooks(session);
    await sweep(session);
    mustKeepBooks(session);
    while (session.kernels.descend()) mustKeepBooks(session);
    mustKeepBooks(session);
  }
});

/** How often each bitstring is read, without the way downhill at the end. */
async function readAtFixed(method: Method, problem: AnnealProblem, options: AnnealProgram["options"], blocks: number) {
  const session = sessionOf(problem, method, options);
  const counts = new Float64Array(2 ** problem.variables);
  for (let block = 0; block < blocks; block++) {
    session.kernels.useBlock(4, block);
    session.kernels.begin();
    await sweep(session);
    // The first slice alone: the best of several would be no draw from the distribution.
    for (const bits of readLanes({ ...session, slices: 1 }, LANES)) {
      const index = Number.parseInt(bits, 2);
      counts[index] = (counts[index] ?? 0) + 1;
    }
  }
  return counts;
}

/** Pearson's statistic; its mean is the number of outcomes less one, its variance twice that. */
function chiSquared(counts: Float64Array, probabilities: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, index) => {
    const due = total * (probabilities[index] ?? 0);
    return sum + (count - due) ** 2 / due;
  }, 0);
}

function boltzmann(energies: Float64Array, temperature: number): Float64Array {
  const weights = energies.map((energy) => Math.exp(-energy / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

test.each([0.7, 2])(
  "at a fixed temperature of %d plain annealing samples Boltzmann's distribution",
  async (temperature) => {
    const problem = randomProblem(4, 2);
    const options = { sweeps: 60, temperatureStart: temperature, temperatureEnd: temperature };
    const [annealing] = METHODS as [Method, Method];
    const counts = await readAtFixed(annealing, problem, options, 2000);
    // 15 degrees of freedom: chance goes beyond 15 + 5 * sqrt(30) about once in a hundred thousand.
    expect(chiSquared(counts, boltzmann(spectrumOf(problem), temperature))).toBeLessThan(15 + 5 * Math.sqrt(30));
    expect(chiSquared(counts, boltzmann(spectrumOf(problem), 1.2 * temperature))).toBeGreaterThan(100);
  },
);

/** The distribution of one slice of the path integral: Trotter's product of P factors, by enumeration of all paths. */
function trotter(
  energies: Float64Array,
  { slices, temperature, field }: Record<"slices" | "temperature" | "field", number>,
) {
  const size = energies.length;
  const bond = -Math.log(Math.tanh(field / (slices * temperature))) / 2;
  const agree = (a: number, b: number) => {
    let alike = 0;
    for (let bit = 1; bit < size; bit *= 2) alike += (a & bit) === (b & bit) ? 1 : -1;
    return alike;
  };
  const step = Array.from({ length: size }, (_, a) =>
    Float64Array.from({ length: size }, (_unused, b) =>
      Math.exp(bond * agree(a, b) - ((energies[a] ?? 0) + (energies[b] ?? 0)) / (2 * slices * temperature)),
    ),
  );
  let product = step;
  const times = (left: Float64Array[], right: Float64Array[]) =>
    left.map((row) => row.map((_, b) => row.reduce((sum, value, k) => sum + value * (right[k]?.[b] ?? 0), 0)));
  for (let slice = 1; slice < slices; slice++) product = times(product, step);
  const diagonal = Float64Array.from(product, (row, index) => row[index] ?? 0);
  const total = diagonal.reduce((sum, value) => sum + value, 0);
  return diagonal.map((value) => value / total);
}

test("at a fixed transverse field a slice of the path integral is distributed as Trotter's formula says", async () => {
  const problem = randomProblem(4, 3);
  const [slices, temperature, field] = [4, 0.5, 0.9];
  const options = { sweeps: 60, slices, temperature, fieldStart: field, fieldEnd: field };
  const [, pathIntegral] = METHODS as [Method, Method];
  const counts = await readAtFixed(pathIntegral, problem, options, 2000);
  const due = trotter(spectrumOf(problem), { slices, temperature, field });
  expect(chiSquared(counts, due)).toBeLessThan(15 + 5 * Math.sqrt(30));
  const classical = boltzmann(spectrumOf(problem), temperature);
  expect(chiSquared(counts, classical)).toBeGreaterThan(100);
});

test("reads know nothing of one another", async () => {
  const problem = annealProblem({ vartype: "spin", linear: [0.3], couplings: [] });
  const [annealing] = METHODS as [Method, Method];
  const session = sessionOf(problem, annealing, { sweeps: 9, temperatureStart: 1, temperatureEnd: 1 });
  const blocks = 1000;
  const together = new Float64Array(LANES * LANES);
  for (let block = 0; block < blocks; block++) {
    session.kernels.useBlock(6, block);
    session.kernels.begin();
    await sweep(session);
    const bits = readLanes(session, LANES);
    for (let at = 0; at < together.length; at++)
      together[at] = (together[at] ?? 0) + Number(bits[at % LANES] === bits[Math.floor(at / LANES)]);
  }
  const up = 1 / (1 + Math.exp(0.6));
  const alike = up * up + (1 - up) * (1 - up);
  const bound = 5 * Math.sqrt(blocks * alike * (1 - alike));
  together.forEach((count, at) => {
    if (at % LANES !== Math.floor(at / LANES)) expect(Math.abs(count - blocks * alike)).toBeLessThan(bound);
  });
});

test.each(METHODS)("$name: without linear terms, up and down are as likely", async (method) => {
  const { couplings, ...rest } = randomProblem(6, 4);
  const problem = { ...rest, couplings, linear: new Float64Array(6) };
  const { bitstrings, occurrences } = await run(
    { kind: "anneal", problem, reads: 2000, seed: 1, options: { sweeps: 20 } },
    method,
  );
  const ups = bitstrings.reduce((sum, bits, at) => sum + (bits[0] === "1" ? (occurrences[at] ?? 0) : 0), 0);
  expect(Math.abs(ups - 1000)).toBeLessThan(5 * Math.sqrt(500));
});

test.each(METHODS)("$name: turned spins do not make a problem easier or harder", async (method) => {
  await fc.assert(
    fc.asyncProperty(
      wholeProblems({ vartypes: ["spin"], most: 9 }),
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      fc.nat(1000),
      async (problem, turned, seed) => {
        const bestOf = async (of: AnnealProblem) =>
          (await run({ kind: "anneal", problem: of, reads: 32, seed, options: { sweeps: 40 } }, method)).energies[0];
        expect(await bestOf(gauged(problem, turned))).toBe(await bestOf(problem));
      },
    ),
    { numRuns: 40 },
  );
});

test.each(METHODS)(
  "$name: finds what enumeration finds, and tells energies of the problem as asked",
  async (method) => {
    await fc.assert(
      fc.asyncProperty(wholeProblems(both), fc.nat(1000), async (problem, seed) => {
        const program: AnnealProgram = { kind: "anneal", problem, reads: 48, seed, options: { sweeps: 60 } };
        const { bitstrings, energies } = await run(program, method);
        expect(energies[0]).toBe(optimaOf(problem).energy);
        expect([...energies]).toEqual(bitstrings.map((bits) => energyOf(problem, bits)));
      }),
      { numRuns: 60 },
    );
  },
);

test("no read ends where a single flip would lower its energy", async () => {
  const problem = randomProblem(40, 5);
  for (const method of METHODS) {
    const { bitstrings } = await run({ kind: "anneal", problem, reads: 32, options: { sweeps: 1 } }, method);
    const bits = bitstrings.at(-1) ?? "";
    for (let i = 0; i < bits.length; i++) {
      const flipped = bits.slice(0, i) + (bits[i] === "1" ? "0" : "1") + bits.slice(i + 1);
      expect(energyOf(problem, flipped)).toBeGreaterThan(energyOf(problem, bits) - 1e-6);
    }
  }
});

test("coefficients of any size and none at all are annealed", async () => {
  const random = randomFrom(6);
  for (const scale of [0, 1e-200, 1e-9, 1, 1e9, 1e200]) {
    const problem = annealProblem({
      vartype: "spin",
      linear: Array.from({ length: 8 }, () => scale * (random() - 0.5)),
      couplings: [
        [0, 1, scale],
        [2, 3, -scale],
      ],
    });
    for (const method of METHODS) {
      const { energies } = await run({ kind: "anneal", problem, reads: 16, options: { sweeps: 100 } }, method);
      expect(Math.abs((energies[0] ?? 0) - optimaOf(problem).energy)).toBeLessThanOrEqual(1e-12 * scale);
    }
  }
});
