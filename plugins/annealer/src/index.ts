// Public names.

export { loadAnnealer, type Annealer } from "./annealer.ts";
export { backendOf } from "./backend.ts";
export { ANNEALING, METHODS, PATH_INTEGRAL, type Method } from "./methods.ts";
export type { Watch } from "./pace.ts";
export { annealerPlugin } from "./plugin.ts";
