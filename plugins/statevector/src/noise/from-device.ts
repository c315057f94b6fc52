// A noise model from the figures that a device publishes.
//
// While a gate takes its time each of its qubits relaxes (T1, T2); depolarisation makes up what is then missing of the
// gate's published error, an average infidelity. Where relaxation alone exceeds that error, it stays as it is.

import { refuse, type UnitaryOperation } from "@eigentwin/core";
import type { Channel, GateNoise, NoiseModel, ReadoutError } from "./model.ts";

export interface DeviceQubit extends ReadoutError {
  t1Us: number;
  /** At most 2 T1. */
  t2Us: number;
}

export interface DeviceGate {
  name: UnitaryOperation["name"];
  qubits: readonly number[];
  timeNs: number;
  /** Average gate infidelity. */
  error: number;
}

export interface DeviceFigures {
  qubits: readonly DeviceQubit[];
  /** Gates that are not named have no noise; a pair is named in each order in which it is used. */
  gates: readonly DeviceGate[];
}

export function noiseOfDevice({ qubits, gates }: DeviceFigures): NoiseModel {
  qubits.forEach(({ t1Us, t2Us }, qubit) => {
    if (!(t1Us > 0 && t2Us > 0 && t2Us <= 2 * t1Us))
      refuse("program.invalid", `qubit ${qubit}: T1 and T2 must be positive and T2 at most 2 T1`);
  });
  const readout = qubits.map(({ read1Of0, read0Of1 }) => ({ read1Of0, read0Of1 }));
  return { gates: gates.flatMap((gate) => noiseOfGate(gate, qubits)), readout };
}

function noiseOfGate({ name, qubits, timeNs, error }: DeviceGate, figures: readonly DeviceQubit[]): GateNoise[] {
  const relaxing = qubits.map((qubit) => {
    const one = figures[qubit];
    if (!one)
      return refuse("program.invalid", `"${name}" acts on qubit ${qubit}, and the device has ${figures.length}`);
    return relaxation(one, timeNs / 1000);
  });
  const size = 2 ** qubits.length;
  const left = relaxing.reduce((product, { fidelity }) => product * fidelity, 1);
  // Average fidelity F and entanglement fidelity E of a channel: F = (d E + 1) / (d + 1).
  const due = ((1 - error) * (size + 1) - 1) / size;
  const probability = Math.max(0, (left - due) / (left - 1 / size ** 2));
  const depolarising: Channel = { kind: "depolarising", probability };
  return [
    { name, qubits, channels: [depolarising] },
    ...relaxing.map(({ channels }, place): GateNoise => ({ name, qubits, only: place, channels })),
  ];
}

/** Entanglement fidelities of channels side by side multiply. */
function relaxation({ t1Us, t2Us }: DeviceQubit, timeUs: number): { fidelity: number; channels: Channel[] } {
  const [stays, coheres] = [Math.exp(-timeUs / t1Us), Math.exp(-timeUs / t2Us)];
  return {
    fidelity: (1 + stays + 2 * coheres) / 4,
    channels: [
      { kind: "amplitude-damping", probability: 1 - stays },
      // Damping leaves sqrt(stays) of the coherence.
      { kind: "phase-damping", probability: Math.max(0, 1 - coheres ** 2 / stays) },
    ],
  };
}
