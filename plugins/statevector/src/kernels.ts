// The WebAssembly instance and its functions: kernels/statevector.ts has the same list. Addresses are bytes; `bits` is
// the number of index bits of a state; masks are of index bits.

import type { Precision } from "./precision.ts";

export interface Kernels {
  readonly memory: WebAssembly.Memory;
  usePlan(scratch: number): void;
  bind(bindings: number, count: number, row: number, stride: number): void;
  bindPlain(bindings: number, tangents: number, turns: number, row: number, stride: number): void;
  product(state: number, bits: number, slots: number, lanes: number): void;
  reset(state: number, bits: number, rows: number): void;
  unpack(from: number, bits: number, row: number, to: number, toBits: number): void;
  prepareStage(stage: number, inverse: number): void;
  runStage(stage: number, state: number, other: number, from: number, to: number, inverse: number): void;
  useRows(tables: number): void;
  runRows(program: number, count: number, bits: number, state: number, other: number): void;
  normaliseRows(state: number, bits: number): void;
  transformRows(plane: number, bits: number): void;
  normalise(state: number, bits: number): void;
  probabilities(state: number, bits: number, plane: number): void;
  products(left: number, right: number, bits: number, flip: number, imaginary: number, plane: number): void;
  transform(plane: number, bits: number, back: number): void;
  word(state: number, bits: number, flip: number, sign: number, imaginary: number): number;
  wordRows(state: number, bits: number, flip: number, sign: number, imaginary: number, to: number): void;
  addWeighted(to: number, from: number, bits: number, flip: number, imaginary: number, weights: number): void;
  slopes(left: number, right: number, bits: number, first: number, count: number, values: number): void;
  accumulate(plane: number, count: number, blocks: number): number;
  draw(plane: number, counts: number, last: number, blocks: number, uniforms: number, count: number): void;
  overlaps(
    left: number,
    lefts: number,
    right: number,
    rights: number,
    stride: number,
    bits: number,
    values: number,
    firstRow: number,
  ): void;
}

const PAGE_BYTES = 65_536;

/** The kernels keep tables of their own below this address, each build in its half. */
export const FREE_FROM = PAGE_BYTES;
const TABLES_END = { f64: PAGE_BYTES / 2, f32: PAGE_BYTES } as const;

interface Build {
  realBytes(): number;
  tablesEnd(): number;
}

/** Both precisions may have an instance on the same memory. */
export function startKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  { name, realBytes }: Precision,
): Kernels {
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels & Build;
  if (kernels.realBytes() !== realBytes) throw new Error(`these kernels are not those of ${name}`);
  if (kernels.tablesEnd() > TABLES_END[name]) throw new Error("the kernels' own tables outgrew their half of a page");
  return kernels;
}
