// OpenQASM in and out (`@eigentwin/core/qasm`).

export { parseQasm } from "./parse.ts";
export { toQasm, toQasm2 } from "./print.ts";
