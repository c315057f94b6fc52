// Public names.

export { backendOf } from "./backend.ts";
export type { Gradient } from "./gradient.ts";
export { statevectorPlugin } from "./plugin.ts";
export { loadSimulator, type Amplitudes, type Simulator } from "./simulator.ts";
export { DEFAULTS, type Options } from "./plan.ts";
export { ALL_ON, type Switches } from "./planner/plan-circuit.ts";
export { hasRelaxedSimd } from "./relaxed.ts";
