// Which build of the kernels: relaxed SIMD multiplies and adds in one operation where the engine knows how.

/** The smallest module with a relaxed multiply-add. */
const PROBE = Uint8Array.of(
  0,
  97,
  115,
  109,
  1,
  0,
  0,
  0,
  1,
  7,
  1,
  96,
  2,
  123,
  123,
  1,
  123,
  3,
  2,
  1,
  0,
  10,
  13,
  1,
  11,
  0,
  32,
  0,
  32,
  1,
  32,
  0,
  253,
  135,
  2,
  11,
);

/** `WebAssembly.validate` compiles nothing, so a Worker may ask, too. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(PROBE);
