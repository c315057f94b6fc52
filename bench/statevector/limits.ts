// The machine's own limits, in the same process: how fast a state can be rewritten, and how many multiply-adds there are.

interface LimitKernels {
  memory: WebAssembly.Memory;
  scale(plane0: number, plane1: number, bytes: number, re: number, im: number): void;
  multiplyAdd(times: number): number;
}

/** One plane of 2^20 amplitudes, and its distance from the other. */
const PLANE_BYTES = 8 * 2 ** 20;
const FIRST = 65_536;
const SECOND = FIRST + PLANE_BYTES + 192;
const MULTIPLY_ADDS = 4_000_000;

export type Limit = "scale" | "copy" | "multiplyAdd";

/** What one repetition of a limit does: bytes moved (16 for each number, as STREAM counts a copy) or operations. */
export const AMOUNT: Readonly<Record<Limit, number>> = {
  scale: 4 * PLANE_BYTES,
  copy: 4 * PLANE_BYTES,
  multiplyAdd: 40 * MULTIPLY_ADDS,
};

export function limitsOf(module: WebAssembly.Module): (limit: Limit, times: number) => number {
  const kernels = new WebAssembly.Instance(module, {}).exports as unknown as LimitKernels;
  const numbers = new Float64Array(kernels.memory.buffer, FIRST, PLANE_BYTES / 4 + 24).fill(1);
  const copy = new Float64Array(PLANE_BYTES / 4);
  const source = numbers.subarray(0, copy.length);
  return (limit, times) => {
    for (let index = 0; index < times; index++) {
      if (limit === "scale") kernels.scale(FIRST, SECOND, PLANE_BYTES, 0.6, 0.8);
      else if (limit === "copy") copy.set(source);
      else kernels.multiplyAdd(MULTIPLY_ADDS);
    }
    return copy[0] ?? 0;
  };
}
