// Noise as data: what happens to the qubits of an operation after it, and how readings go wrong.

import { qubitsOf, refuse, type UnitaryOperation } from "@eigentwin/core";

/**
 * `depolarising`, on all qubits of the gate at once: with `probability` their state is replaced by the maximally mixed one.
 * The dampings act on each qubit: `amplitude-damping` takes |1> to |0> with `probability`; `phase-damping` leaves
 * sqrt(1 - probability) of the coherence between the two.
 */
export interface Channel {
  readonly kind: "depolarising" | "amplitude-damping" | "phase-damping";
  readonly probability: number;
}

/** After each gate that fits: of one name, on these qubits in this order (controls first), of so many qubits. */
export interface GateNoise {
  readonly name?: UnitaryOperation["name"];
  readonly qubits?: readonly number[];
  readonly width?: 1 | 2;
  /** Dampings act on the qubit at this place alone. */
  readonly only?: number;
  readonly channels: readonly Channel[];
}

/** How likely a qubit in |0> reads 1, and one in |1> reads 0. */
export interface ReadoutError {
  readonly read1Of0: number;
  readonly read0Of1: number;
}

export interface NoiseModel {
  /** All that fit act, in this order. */
  readonly gates: readonly GateNoise[];
  /** Of every qubit, or by qubit. */
  readonly readout?: ReadoutError | readonly ReadoutError[];
}

/** A channel on qubits of the circuit. */
export interface Disturbance extends Channel {
  readonly qubits: readonly number[];
}

export function disturbancesAfter(operation: UnitaryOperation, { gates }: NoiseModel): Disturbance[] {
  const on = qubitsOf(operation);
  const fitting = gates.filter(
    ({ name = operation.name, qubits = on, width = on.length }) =>
      name === operation.name && width === on.length && qubits.join() === on.join(),
  );
  if (fitting.length > 0 && on.length > 2)
    refuse("program.invalid", `noise acts after gates on 1 or 2 qubits, and "${operation.name}" has ${on.length}`, {
      hint: "Lower the circuit to the gates of the device first (lowerCircuit).",
    });
  return fitting.flatMap(({ channels, only }) =>
    channels.flatMap((channel): Disturbance[] =>
      channel.kind === "depolarising"
        ? [{ ...channel, qubits: on }]
        : on.filter((_, place) => place === (only ?? place)).map((qubit) => ({ ...channel, qubits: [qubit] })),
    ),
  );
}

const NONE: ReadoutError = { read1Of0: 0, read0Of1: 0 };
const isEach = (readout: NoiseModel["readout"]): readout is readonly ReadoutError[] => Array.isArray(readout);

export const readoutOf = (noise: NoiseModel | undefined, qubit: number): ReadoutError =>
  (isEach(noise?.readout) ? noise.readout[qubit] : noise?.readout) ?? NONE;

/** Refuses numbers that are no probabilities, and lists that do not reach as far as the circuit. */
export function checkNoise({ gates, readout }: NoiseModel, qubits: number): void {
  const each = isEach(readout) ? readout : readout ? [readout] : [];
  const probabilities = [
    ...gates.flatMap(({ channels }) => channels.map(({ probability }) => probability)),
    ...each.flatMap(({ read1Of0, read0Of1 }) => [read1Of0, read0Of1]),
  ];
  const wrong = probabilities.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) refuse("program.invalid", `a noise model has ${wrong} where a probability is due`);
  if (isEach(readout) && readout.length < qubits)
    refuse(
      "program.invalid",
      `a noise model has readout errors of ${readout.length} qubits, the circuit has ${qubits}`,
    );
}
