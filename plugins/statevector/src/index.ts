// Public names.

export { backendOf } from "./backend.ts";
export { statevectorPlugin } from "./plugin.ts";
export { loadSimulator, type Amplitudes, type Simulator } from "./simulator.ts";
