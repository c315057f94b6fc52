// Public names.

export { backendOf, noisyBackendOf } from "./backend.ts";
export { noiseOfDevice, type DeviceFigures, type DeviceGate, type DeviceQubit } from "./noise/from-device.ts";
export type { Channel, GateNoise, NoiseModel, ReadoutError } from "./noise/model.ts";
export type { Watch } from "./pace.ts";
export { statevectorPlugin, type Modules } from "./plugin.ts";
export { loadSimulator, type Amplitudes, type Gradient, type NoisyOptions, type Simulator } from "./simulator.ts";
export { openMemoryPool, type MemoryPool } from "./memory.ts";
export type { Options } from "./plan.ts";
export type { PrecisionName } from "./precision.ts";
export { ALL_ON, type Switches } from "./planner/plan-circuit.ts";
export { hasRelaxedSimd } from "./relaxed.ts";
