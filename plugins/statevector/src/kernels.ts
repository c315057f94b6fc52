// The WebAssembly instance and its functions: kernels/statevector.ts has the same list. Addresses and sizes are bytes
// and amplitudes; masks of index bits are as kernels/opcode.ts describes them.

export interface Kernels {
  readonly memory: WebAssembly.Memory;
  useCircuit(instructions: number, coefficients: number, bindings: number, terms: number, parameters: number): void;
  bind(from: number, to: number): void;
  reset(state: number, size: number): void;
  apply(state: number, size: number, from: number, to: number): void;
  expectations(state: number, size: number, words: number, count: number, values: number): void;
  probabilities(state: number, size: number): void;
  accumulate(state: number, size: number): number;
  draw(state: number, size: number, last: number, uniforms: number, count: number): void;
  overlaps(
    left: number,
    lefts: number,
    right: number,
    rights: number,
    stride: number,
    size: number,
    values: number,
  ): void;
}

export const PAGE_BYTES = 65_536;

/** The kernels keep their tables of sine and cosine below this address: a fresh instance has one page. */
export const FREE_FROM = PAGE_BYTES;

export function startKernels(module: WebAssembly.Module): Kernels {
  const kernels = new WebAssembly.Instance(module, {}).exports as unknown as Kernels;
  if (kernels.memory.buffer.byteLength !== FREE_FROM) throw new Error("the kernels' own tables outgrew their page");
  return kernels;
}
