// What JavaScript may call: src/kernels.ts has the same list with its types.

export { bind, bindPlain } from "./bind";
export { addWeighted, normalise, probabilities, products, transform, transformRows, word, wordRows } from "./observe";
export { overlaps } from "./overlap";
export { normaliseRows, runRows, useRows } from "./rows";
export { accumulate, draw } from "./sample";
export { slopes } from "./slopes";
export { prepareStage, runStage, usePlan } from "./stage";
export { product, reset, unpack } from "./state";

/** Bytes of a number: which build this is. */
export function realBytes(): usize {
  return sizeof<Real>();
}

/** Where the tables of this build end. */
export function tablesEnd(): usize {
  return __heap_base;
}
