// What JavaScript may call: src/kernels.ts has the same list with its types.

export { bind } from "./bind";
export { addWeighted, probabilities, products, slopes, transform, word } from "./observe";
export { overlaps } from "./overlap";
export { accumulate, draw } from "./sample";
export { prepareStage, runStage, usePlan } from "./stage";
export { product, reset, unpack } from "./state";
