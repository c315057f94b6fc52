// Random numbers by counting: Philox4x32 with 7 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011). A number is a function of the seed and of what it decides, so reads do not depend on one another.

const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

export const ROUNDS: i32 = 7;

/** Four blocks at once, one in each lane: the counter's words come in and the block's words go to `out`, 16 bytes apart. */
// @ts-ignore: decorator
@inline
export function philox(c0: v128, c1: v128, c2: v128, c3: v128, key0: u32, key1: u32, rounds: i32, out: usize): void {
  const m0 = i32x4.splat(M0);
  const m1 = i32x4.splat(M1);
  for (let round = 0; round < rounds; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(c0, m0);
    const high0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const low1 = i64x2.extmul_low_i32x4_u(c2, m1);
    const high1 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(v128.shuffle<u32>(low1, high1, 1, 3, 5, 7), c1), i32x4.splat(key0));
    c1 = v128.shuffle<u32>(low1, high1, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(v128.shuffle<u32>(low0, high0, 1, 3, 5, 7), c3), i32x4.splat(key1));
    c3 = v128.shuffle<u32>(low0, high0, 0, 2, 4, 6);
    key0 += W0;
    key1 += W1;
  }
  v128.store(out, c0);
  v128.store(out, c1, 16);
  v128.store(out, c2, 32);
  v128.store(out, c3, 48);
}

/** For the published test values: one counter in every lane. */
export function philoxBlock(c0: u32, c1: u32, c2: u32, c3: u32, key0: u32, key1: u32, rounds: i32, out: usize): void {
  philox(i32x4.splat(c0), i32x4.splat(c1), i32x4.splat(c2), i32x4.splat(c3), key0, key1, rounds, out);
}
