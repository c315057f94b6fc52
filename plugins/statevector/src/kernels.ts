// The WebAssembly instance and its functions: kernels/statevector.ts has the same list. Addresses are bytes; `bits` is
// the number of index bits of a state; masks are of index bits.

export interface Kernels {
  readonly memory: WebAssembly.Memory;
  usePlan(scratch: number): void;
  bind(bindings: number, count: number, row: number, stride: number): void;
  product(state: number, bits: number, slots: number, lanes: number): void;
  reset(state: number, bits: number, rows: number): void;
  unpack(from: number, bits: number, row: number, to: number, toBits: number): void;
  prepareStage(stage: number, inverse: number): void;
  runStage(stage: number, state: number, other: number, from: number, to: number, inverse: number): void;
  probabilities(state: number, bits: number, plane: number): void;
  products(left: number, right: number, bits: number, flip: number, imaginary: number, plane: number): void;
  transform(plane: number, bits: number, back: number): void;
  word(state: number, bits: number, flip: number, sign: number, imaginary: number): number;
  addWeighted(to: number, from: number, bits: number, flip: number, imaginary: number, weights: number): void;
  slopes(left: number, right: number, bits: number, first: number, count: number, values: number): void;
  accumulate(plane: number, count: number): number;
  draw(plane: number, counts: number, last: number, uniforms: number, count: number): void;
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

/** The kernels keep their tables of sine and cosine below this address: a fresh instance has one page. */
export const FREE_FROM = PAGE_BYTES;

export function startKernels(module: WebAssembly.Module): Kernels {
  const kernels = new WebAssembly.Instance(module, {}).exports as unknown as Kernels;
  if (kernels.memory.buffer.byteLength !== FREE_FROM) throw new Error("the kernels' own tables outgrew their page");
  return kernels;
}
