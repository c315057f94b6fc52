// Double and single precision: how the numbers of a state lie, and how far they may be off.

export type PrecisionName = "f64" | "f32";

export interface Precision {
  name: PrecisionName;
  title: string;
  realBytes: 4 | 8;
  /** Index bits inside a vector. */
  laneBits: 1 | 2;
  /** log2 of the numbers of a tile's plane: with both planes it stays in the first two caches. */
  tileBits: number;
  /** The norm of a prepared state is taken back to 1: roundings of an angle that comes again and again add up. */
  normalises: boolean;
  /** Less likely than this, an outcome on the way is rounding. */
  impossible: number;
}

export const PRECISIONS: Readonly<Record<PrecisionName, Precision>> = {
  f64: {
    name: "f64",
    title: "double precision",
    realBytes: 8,
    laneBits: 1,
    tileBits: 12,
    normalises: false,
    impossible: 1e-14,
  },
  f32: {
    name: "f32",
    title: "single precision",
    realBytes: 4,
    laneBits: 2,
    tileBits: 13,
    normalises: true,
    impossible: 1e-6,
  },
};

/** So many numbers in the kernels' memory. */
export const numbersAt = (
  { realBytes }: Precision,
  { buffer }: WebAssembly.Memory,
  address: number,
  count: number,
): Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> =>
  realBytes === 8 ? new Float64Array(buffer, address, count) : new Float32Array(buffer, address, count);
