// Other simulators from npm that run in Node, on W2 at the sizes that they can do: milliseconds of one evaluation.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isGate, type Circuit, type Gate } from "@eigentwin/core";
import { jsqubits } from "jsqubits";
import { getCompiler, loadWasmModule, QscEventTarget } from "qsharp-lang";
import QuantumCircuit from "quantum-circuit";
import { ansatz } from "./circuits.ts";
import { median } from "./compare.ts";

interface Prepared {
  /** So many evaluations. */
  run(times: number): void | Promise<void>;
  /** It compiles its program in every run: what one more evaluation takes is the difference of two runs. */
  more?: number;
}

export interface Peer {
  name: string;
  prepare(circuit: Circuit, values: readonly number[]): Prepared | Promise<Prepared>;
}

const angleOf = (gate: Gate, values: readonly number[]): number => values[gate.angles[0]?.terms[0]?.[0] ?? -1] ?? 0;

export const PEERS: readonly Peer[] = [
  {
    name: "jsqubits",
    prepare: (circuit, values) => ({
      run: () => {
        let state = jsqubits("0".repeat(circuit.qubits));
        for (const gate of circuit.gates.filter(isGate)) {
          const [a = 0, b = 0] = gate.qubits;
          if (gate.name === "ry") state = state.rotateY(a, angleOf(gate, values));
          else if (gate.name === "rz") state = state.rotateZ(a, angleOf(gate, values));
          else state = state.cnot(a, b);
        }
      },
    }),
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
      return { run: () => peer.run() };
    },
  },
  {
    name: "qsharp-lang",
    prepare: async (circuit, values) => {
      const compiler = await compilerOfQsharp();
      const run = async (times: number) => {
        const events = new QscEventTarget(true);
        const sources: [string, string][] = [["w2.qs", qsharpOf(circuit.qubits, values, times)]];
        await compiler.run({ sources, languageFeatures: [], profile: "unrestricted" }, "", 1, events);
        if (events.getResults()[0]?.success !== true) throw new Error("qsharp-lang did not run W2");
      };
      return { run, more: Math.ceil(2 ** (17 - circuit.qubits)) };
    },
  },
];

async function compilerOfQsharp() {
  const file = new URL("../lib/web/qsc_wasm_bg.wasm", import.meta.resolve("qsharp-lang"));
  await loadWasmModule(new Uint8Array(readFileSync(fileURLToPath(file.href))).buffer);
  return getCompiler();
}

/** W2 so many times over, its angles given once. */
const qsharpOf = (qubits: number, values: readonly number[], times: number): string => `
operation Main() : Unit {
  let angles = [${values.map((value) => value.toFixed(12)).join(", ")}];
  for _ in 1..${times} {
    use q = Qubit[${qubits}];
    mutable at = 0;
    for _ in 1..10 {
      for i in 0..${qubits - 1} {
        Ry(angles[at], q[i]);
        Rz(angles[at + 1], q[i]);
        set at += 2;
      }
      for i in 0..${qubits - 1} { CNOT(q[i], q[(i + 1) % ${qubits}]); }
    }
    ResetAll(q);
  }
}`;

/** The sizes at which ours must be a hundred times faster. */
export const PEER_QUBITS = [8, 10, 12];
const ROUNDS = 3;

const timed = async (run: () => unknown): Promise<number> => {
  const before = performance.now();
  await run();
  return performance.now() - before;
};

/** Milliseconds of one evaluation of a peer, and of ours in the same rounds: `ours` runs a batch and says its rows. */
export async function timePeer(
  peer: Peer,
  qubits: number,
  ours: () => Promise<number>,
): Promise<{ ms: number; oursMs: number }> {
  const { circuit, values } = ansatz(qubits);
  const { run, more } = await peer.prepare(circuit, values);
  const [once, several, own]: [number[], number[], number[]] = [[], [], []];
  await run(1);
  const rows = await ours();
  for (let round = 0; round < ROUNDS; round++) {
    once.push(await timed(() => run(1)));
    if (more) several.push(await timed(() => run(1 + more)));
    own.push((await timed(ours)) / rows);
  }
  return { ms: more ? (median(several) - median(once)) / more : median(once), oursMs: median(own) };
}
