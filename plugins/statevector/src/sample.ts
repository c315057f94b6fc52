// Sample programs. Rows take their uniform numbers in order from one generator, so equal seeds draw equal samples and
// the first rows of a batch do not depend on how many follow.

import { randomFrom, seedFor, type Histogram, type SampleProgram, type SampleResult } from "@eigentwin/core";
import { GAP_BYTES } from "./memory.ts";
import { UPDATES_PER_SHOT } from "./pace.ts";
import { SHOTS_AT_A_TIME } from "./plan.ts";
import { allRows, forEachRow, type Session } from "./session.ts";

export async function runSample(session: Session, program: SampleProgram, seed: number): Promise<SampleResult> {
  const { kernels, regions, bits, size, pace } = session;
  const { parameters, shots } = program;
  const uniforms = new Float64Array(kernels.memory.buffer, regions.workspace, SHOTS_AT_A_TIME);
  // Hashed first: generators started from small neighbouring seeds begin with nearly the same number.
  const random = randomFrom(seedFor(seed, "statevector/shots"));
  const histograms: Histogram[] = [];
  await forEachRow(session, parameters, allRows(session, parameters), async (state) => {
    await pace(4 * size);
    const counts = state + 8 * 2 ** bits + GAP_BYTES;
    kernels.probabilities(state, bits, state);
    const last = kernels.accumulate(state, size);
    new Uint32Array(kernels.memory.buffer, counts, size).fill(0);
    for (let drawn = 0; drawn < shots; drawn += SHOTS_AT_A_TIME) {
      const count = Math.min(SHOTS_AT_A_TIME, shots - drawn);
      await pace(UPDATES_PER_SHOT * count);
      for (let shot = 0; shot < count; shot++) uniforms[shot] = random();
      kernels.draw(state, counts, last, regions.workspace, count);
    }
    histograms.push(histogramOf(session, counts));
  });
  return { kind: "sample", histograms };
}

/** Reads the counts, which lie where the imaginary plane was. Ascending indices are ascending bitstrings. */
function histogramOf({ kernels, size, circuit }: Session, at: number): Histogram {
  const bitstrings: string[] = [];
  const counts: number[] = [];
  new Uint32Array(kernels.memory.buffer, at, size).forEach((count, index) => {
    if (count === 0) return;
    bitstrings.push(index.toString(2).padStart(circuit.qubits, "0"));
    counts.push(count);
  });
  return { bitstrings, counts: Uint32Array.from(counts) };
}
