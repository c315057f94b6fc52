// Whether a result is that of the reference: tightly where it is exact, within a stated bound where it was drawn.

import type { BackendDescription } from "../../backend.ts";
import type { CircuitProgram, ProgramResult, SampleProgram } from "../../program/program.ts";
import { complain } from "../check.ts";
import { distributionsOf, runExactly } from "../reference/run.ts";

/** Of a backend that states no tolerance. */
const EXACT = 1e-9;
/** Standard errors: chance goes beyond them once in two million. */
const SIGMAS = 5;
/** What a backend that declares noise may be off by, in probability or in units of the observable. */
const NOISE = 0.25;

/** Complains about the first number that is not what it should be. */
export function mustAgree(program: CircuitProgram, result: ProgramResult, backend: BackendDescription): void {
  const noise = backend.noise === "none" ? 0 : NOISE;
  const off = (backend.tolerance ?? EXACT) + noise;
  if (program.kind === "sample")
    return result.kind === "sample" ? mustAgreeInShares(program, result, noise + (backend.tolerance ?? 0)) : undefined;
  const expected = runExactly(program);
  if (expected.kind === "sample" || !("values" in result)) return;
  const { rows, columns, values, standardErrors } = result;
  if (rows !== expected.rows || columns !== expected.columns || values.length !== rows * columns)
    complain(`${program.kind}: ${rows} x ${columns} values where ${expected.rows} x ${expected.columns} are due`);
  mustBeClose(`${program.kind}: value`, expected.values, values, { errors: standardErrors, off });
  if (expected.kind !== "gradient" || result.kind !== "gradient") return;
  const { slopes, slopeErrors } = result;
  if (slopes.length !== expected.slopes.length)
    complain(`gradient: ${slopes.length} slopes where ${expected.slopes.length} are due`);
  mustBeClose("gradient: slope", expected.slopes, slopes, { errors: slopeErrors, off });
}

function mustBeClose(
  what: string,
  expected: Float64Array,
  found: Float64Array,
  { errors, off }: { errors: Float64Array | undefined; off: number },
): void {
  expected.forEach((value, index) => {
    const bound = off + SIGMAS * (errors?.[index] ?? 0);
    const given = found[index] ?? Number.NaN;
    if (!(Math.abs(given - value) <= bound))
      complain(`${what} ${index} is ${given}, the reference says ${value} (within ${bound})`);
  });
}

type Sampled = Extract<ProgramResult, { kind: "sample" }>;

function mustAgreeInShares(program: SampleProgram, { histograms }: Sampled, noise: number): void {
  const distributions = distributionsOf(program);
  if (histograms.length !== distributions.length)
    complain(`sample: ${histograms.length} histograms where ${distributions.length} rows were asked`);
  distributions.forEach((distribution, row) => {
    const { bitstrings = [], counts = new Uint32Array() } = histograms[row] ?? {};
    const total = counts.reduce((sum, count) => sum + count, 0);
    const shares = new Map(bitstrings.map((bits, index) => [bits, (counts[index] ?? 0) / total]));
    for (const bits of new Set([...distribution.keys(), ...bitstrings])) {
      const [p, share] = [distribution.get(bits) ?? 0, shares.get(bits) ?? 0];
      const bound = SIGMAS * Math.sqrt((p * (1 - p)) / total) + 1 / total + noise;
      if (!(Math.abs(share - p) <= bound))
        complain(`sample: ${bits} of row ${row} came ${share} of the time, its probability is ${p} (within ${bound})`);
    }
  });
}
