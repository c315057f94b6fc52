// The WebAssembly instance and its functions: kernels/annealer.ts has the same list. Addresses are bytes.

export interface Kernels {
  readonly memory: WebAssembly.Memory;
  useProblem(variables: number, slices: number, rows: number, couplings: number, biases: number, state: number): void;
  useBlock(seed: number, block: number): void;
  begin(): void;
  sweeps(schedule: number, first: number, count: number): void;
  descend(): number;
  chances(y: number): number;
  philoxBlock(
    c0: number,
    c1: number,
    c2: number,
    c3: number,
    key0: number,
    key1: number,
    rounds: number,
    out: number,
  ): void;
}

export const PAGE_BYTES = 65_536;

/** The kernels keep a few numbers of their own below this address: a fresh instance has one page. */
export const FREE_FROM = PAGE_BYTES;

/** Reads that stand side by side (kernels/block.ts). */
export const LANES = 16;
export const FIELD_BYTES = 4 * LANES;
export const SPIN_BYTES = LANES;

export function startKernels(module: WebAssembly.Module): Kernels {
  const kernels = new WebAssembly.Instance(module, {}).exports as unknown as Kernels;
  if (kernels.memory.buffer.byteLength !== FREE_FROM) throw new Error("the kernels' own numbers outgrew their page");
  return kernels;
}
