// What JavaScript may call: src/kernels.ts has the same list with its types.

export { apply, bind, useCircuit } from "./circuit";
export { expectations } from "./expectation";
export { overlaps } from "./overlap";
export { accumulate, draw, probabilities } from "./sample";
export { reset } from "./state";
