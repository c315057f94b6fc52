// What JavaScript may call: src/kernels.ts has the same list with its types.

export { chances } from "./accept";
export { useBlock, useProblem } from "./block";
export { begin, descend } from "./ends";
export { philoxBlock } from "./philox";
export { sweeps } from "./sweep";
