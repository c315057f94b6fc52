// Gates that a text defines under the name of one of ours, and that do the same: they keep their name in the circuit.

import { constantAngle } from "../angle.ts";
import { unitaryOf } from "../circuit-matrix.ts";
import { GATES, isGateName } from "../gates.ts";
import { distance } from "../matrix.ts";
import { expand } from "./apply-gate.ts";
import { libraryGate, type LibraryGate } from "./library.ts";
import type { Machine } from "./machine.ts";
import type { GateDefinition } from "./syntax.ts";

/** Angles at which no two different gates of these few meet. */
const PROBES = [0.6180339887, -1.3247179572, 2.2360679775, 0.9159655942];
const SAME = 1e-12;

const decided = new WeakMap<GateDefinition, LibraryGate | null>();

export function definedNatively(definition: GateDefinition, machine: Machine): LibraryGate | undefined {
  const known = decided.get(definition);
  if (known !== undefined) return known ?? undefined;
  // Said before the body is tried: a definition that names itself must not ask again.
  decided.set(definition, null);
  const found = decide(definition, machine);
  decided.set(definition, found ?? null);
  return found;
}

function decide(definition: GateDefinition, machine: Machine): LibraryGate | undefined {
  const { name, angles, qubits } = definition;
  if (!isGateName(name)) return undefined;
  const facts = GATES[name];
  if (facts.angles !== angles.length || facts.qubits !== qubits.length) return undefined;
  const values = PROBES.slice(0, angles.length);
  const count = machine.count;
  const on = qubits.map((_, k) => k);
  const gates = expand(definition, values.map(constantAngle), on, machine);
  machine.count = count;
  const made = unitaryOf({ qubits: qubits.length, parameters: [], gates });
  if (!(distance(made, facts.matrix(...values)) < SAME)) return undefined;
  const native: LibraryGate = {
    angles: facts.angles,
    qubits: facts.qubits,
    make: (given, operands) => [{ name, qubits: operands, angles: given }],
  };
  return libraryGate(name, 3) ?? native;
}
