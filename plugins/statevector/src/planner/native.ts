// The gates that the planner rewrites by itself; core lowers every other unitary operation to these.

import { lowerCircuit, type Circuit, type Gate, type GateName } from "@eigentwin/core";

export const NATIVE_GATES: readonly GateName[] = [
  ...(["h", "x", "y", "z", "s", "sdg", "t", "tdg", "sx", "sxdg", "rx", "ry", "rz", "p"] as const),
  ...(["cx", "cy", "cz", "swap", "cp", "rzz", "rxx", "ryy"] as const),
];

/** Gates of these names alone, without controls or powers. A phase of the whole state may be let go. */
export const nativeGates = (circuit: Circuit): readonly Gate[] =>
  lowerCircuit(circuit, { name: "statevector", gates: NATIVE_GATES }).gates as readonly Gate[];
