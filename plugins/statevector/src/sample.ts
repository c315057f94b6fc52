// Sample programs. Rows take their uniform numbers in order from one generator, so equal seeds draw equal samples and
// the first rows of a batch do not depend on how many follow.

import { randomFrom, seedFor, type Histogram, type SampleProgram, type SampleResult } from "@eigentwin/core";
import { GAP_BYTES } from "./memory.ts";
import { UPDATES_PER_SHOT } from "./pace.ts";
import { allRows, forEachRow, type Reading, type Session } from "./session.ts";

/** Uniform numbers handed to the kernels at a time. */
const SHOTS_AT_A_TIME = 4096;
const UNIFORMS_BYTES = 8 * SHOTS_AT_A_TIME;
/** Of 64 outcomes only the sum is kept (kernels/sample.ts). */
const BLOCK_OUTCOMES = 64;

/** The uniform numbers, then the sums of the blocks. */
export const sampleBytes = (qubits: number): number => UNIFORMS_BYTES + 8 * Math.ceil(2 ** qubits / BLOCK_OUTCOMES);

export async function runSample(session: Session, program: SampleProgram, seed: number): Promise<SampleResult> {
  const { parameters, shots } = program;
  // Hashed first: generators started from small neighbouring seeds begin with nearly the same number.
  const random = randomFrom(seedFor(seed, "statevector/shots"));
  const histograms: Histogram[] = [];
  await forEachRow(session, parameters, allRows(session, parameters), async (state) => {
    histograms.push(histogramOf(await drawFrom(session, state, shots, random), session.circuit.qubits));
  });
  return { kind: "sample", histograms };
}

/** How often each outcome came. The state is gone: the counts lie where its imaginary plane was. */
export async function drawFrom(
  { kernels, regions, bits, size, pace, settings }: Reading,
  state: number,
  shots: number,
  random: () => number,
): Promise<Uint32Array> {
  const uniforms = new Float64Array(kernels.memory.buffer, regions.workspace, SHOTS_AT_A_TIME);
  await pace(4 * size);
  const counts = state + settings.precision.realBytes * 2 ** bits + GAP_BYTES;
  const blocks = regions.workspace + UNIFORMS_BYTES;
  kernels.probabilities(state, bits, state);
  const last = kernels.accumulate(state, size, blocks);
  new Uint32Array(kernels.memory.buffer, counts, size).fill(0);
  for (let drawn = 0; drawn < shots; drawn += SHOTS_AT_A_TIME) {
    const count = Math.min(SHOTS_AT_A_TIME, shots - drawn);
    await pace(UPDATES_PER_SHOT * count);
    for (let shot = 0; shot < count; shot++) uniforms[shot] = random();
    kernels.draw(state, counts, last, blocks, regions.workspace, count);
  }
  return new Uint32Array(kernels.memory.buffer, counts, size);
}

/** Ascending indices are ascending bitstrings. */
function histogramOf(drawn: Uint32Array, qubits: number): Histogram {
  const bitstrings: string[] = [];
  const counts: number[] = [];
  drawn.forEach((count, index) => {
    if (count === 0) return;
    bitstrings.push(index.toString(2).padStart(qubits, "0"));
    counts.push(count);
  });
  return { bitstrings, counts: Uint32Array.from(counts) };
}
