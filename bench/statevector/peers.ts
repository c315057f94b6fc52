// Other simulators from npm that run in Node, on W2 at the sizes that they can do: milliseconds of one evaluation.

import { isGate, type Circuit, type Gate } from "@eigentwin/core";
import { jsqubits } from "jsqubits";
import QuantumCircuit from "quantum-circuit";
import { ansatz } from "./circuits.ts";

export interface Peer {
  name: string;
  /** Once: builds what it needs, then returns a run. */
  prepare(circuit: Circuit, values: readonly number[]): () => void;
}

const angleOf = (gate: Gate, values: readonly number[]): number => values[gate.angles[0]?.terms[0]?.[0] ?? -1] ?? 0;

export const PEERS: readonly Peer[] = [
  {
    name: "jsqubits",
    prepare: (circuit, values) => () => {
      let state = jsqubits("0".repeat(circuit.qubits));
      for (const gate of circuit.gates.filter(isGate)) {
        const [a = 0, b = 0] = gate.qubits;
        if (gate.name === "ry") state = state.rotateY(a, angleOf(gate, values));
        else if (gate.name === "rz") state = state.rotateZ(a, angleOf(gate, values));
        else state = state.cnot(a, b);
      }
    },
  },
  {
    name: "quantum-circuit",
    prepare: (circuit, values) => {
      const peer = new QuantumCircuit(circuit.qubits);
      circuit.gates.filter(isGate).forEach((gate, column) => {
        const name = gate.name === "ry" ? "theta" : "phi";
        const options = gate.name === "cx" ? {} : { params: { [name]: angleOf(gate, values) } };
        peer.addGate(gate.name, column, [...gate.qubits], options);
      });
      return () => peer.run();
    },
  },
];

/** The sizes at which ours must be a hundred times faster. */
export const PEER_QUBITS = [8, 10];

export function timePeer(peer: Peer, qubits: number): number {
  const { circuit, values } = ansatz(qubits);
  const run = peer.prepare(circuit, values);
  run();
  const before = performance.now();
  run();
  return performance.now() - before;
}
