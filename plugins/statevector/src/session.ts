// One program on one instance: the circuit is loaded once, then states are prepared from rows of parameters.

import type { Batch } from "@eigentwin/core";
import type { Kernels } from "./kernels.ts";
import { startPace, stepsOfSlice, type Pace } from "./pace.ts";
import { stateBytes } from "./memory.ts";
import type { Plan } from "./plan.ts";

export interface Session extends Plan {
  kernels: Kernels;
  pace: Pace;
  /** Amplitudes of a state. */
  size: number;
  /** Bytes from one state to the next. */
  stride: number;
  /** Where the kernels read the parameters of the row that is being prepared. */
  row: Float64Array;
}

/** The instance is as large as the plan says, so no view of its memory is lost by growth. */
export function openSession(kernels: Kernels, plan: Plan): Session {
  const { circuit, regions } = plan;
  const { buffer } = kernels.memory;
  new Float64Array(buffer, regions.coefficients, circuit.coefficients.length).set(circuit.coefficients);
  new Int32Array(buffer, regions.instructions, circuit.instructions.length).set(circuit.instructions);
  new Float64Array(buffer, regions.bindings, circuit.bindings.length).set(circuit.bindings);
  new Float64Array(buffer, regions.terms, circuit.terms.length).set(circuit.terms);
  kernels.useCircuit(regions.instructions, regions.coefficients, regions.bindings, regions.terms, regions.parameters);
  kernels.bind(0, circuit.constantBindings);
  return {
    ...plan,
    kernels,
    pace: startPace(),
    size: 2 ** circuit.qubits,
    stride: stateBytes(circuit.qubits),
    row: new Float64Array(buffer, regions.parameters, circuit.width),
  };
}

/** Runs the circuit for row `index` of a batch and leaves its state at `state`. */
export async function prepare(session: Session, parameters: Batch, index: number, state: number): Promise<void> {
  const { kernels, circuit, size, pace } = session;
  session.row.set(parameters.values.subarray(index * circuit.width, (index + 1) * circuit.width));
  kernels.bind(circuit.constantBindings, circuit.bindings.length / 5);
  kernels.reset(state, size);
  const gates = circuit.instructions.length / 4;
  const step = stepsOfSlice(size);
  for (let from = 0; from < gates; from += step) {
    const to = Math.min(gates, from + step);
    await pace((to - from) * size);
    kernels.apply(state, size, from, to);
  }
}
