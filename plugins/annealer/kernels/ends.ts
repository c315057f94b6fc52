// How a block begins and ends: random spins and their fields; at the end downhill, one variable after the other.

import {
  biases,
  changeOf,
  FIRST,
  lanes,
  lower,
  RANDOM,
  row,
  seedKey,
  signed,
  sliceBytes,
  slices,
  spinsAt,
  spreadAll,
  state,
  upper,
  variables,
} from "./block";
import { philox, ROUNDS } from "./philox";

/** Every spin up or down with equal chance, the same in all slices: walls between them would never heal. */
export function begin(): void {
  for (let slice: i32 = 0, here = state; slice < slices; slice++, here += sliceBytes) {
    for (let i: i32 = 0; i < variables; i++) {
      philox(i32x4.splat(i), i32x4.splat(0), i32x4.splat(0), lanes(), seedKey(), FIRST, ROUNDS, RANDOM);
      const low = i16x8.narrow_i32x4_s(i32x4.shr_s(v128.load(RANDOM), 31), i32x4.shr_s(v128.load(RANDOM, 16), 31));
      const high = i16x8.narrow_i32x4_s(i32x4.shr_s(v128.load(RANDOM, 32), 31), i32x4.shr_s(v128.load(RANDOM, 48), 31));
      v128.store(here + spinsAt + ((<usize>i) << 4), i8x16.narrow_i16x8_s(low, high));
    }
    sumFields(here);
  }
}

/** The fields of a slice from its spins alone. */
function sumFields(here: usize): void {
  for (let i: i32 = 0; i < variables; i++) {
    const bias = v128.load_splat<i32>(biases + ((<usize>i) << 2));
    for (let lane: usize = 0; lane < 64; lane += 16) v128.store(here + ((<usize>i) << 6) + lane, bias);
  }
  const up = i32x4.splat(1);
  for (let i: i32 = 0; i < variables; i++) {
    const spins = v128.load(here + spinsAt + ((<usize>i) << 4));
    const low = i16x8.extend_low_i8x16_s(spins);
    const high = i16x8.extend_high_i8x16_s(spins);
    const s0 = signed(up, lower(low));
    const s1 = signed(up, upper(low));
    const s2 = signed(up, lower(high));
    const s3 = signed(up, upper(high));
    spreadAll(here, row(i), row(i + 1), s0, s1, s2, s3);
  }
}

/** One pass over every slice in which each flip that lowers the energy is made. Returns whether there was one. */
export function descend(): bool {
  let flipped = false;
  const none = i32x4.splat(0);
  for (let slice: i32 = 0, here = state; slice < slices; slice++, here += sliceBytes) {
    for (let i: i32 = 0; i < variables; i++) {
      const field = here + ((<usize>i) << 6);
      const spinAt = here + spinsAt + ((<usize>i) << 4);
      const spins = v128.load(spinAt);
      const low = i16x8.extend_low_i8x16_s(spins);
      const high = i16x8.extend_high_i8x16_s(spins);
      const flip0 = i32x4.gt_s(signed(v128.load(field), lower(low)), none);
      const flip1 = i32x4.gt_s(signed(v128.load(field, 16), upper(low)), none);
      const flip2 = i32x4.gt_s(signed(v128.load(field, 32), lower(high)), none);
      const flip3 = i32x4.gt_s(signed(v128.load(field, 48), upper(high)), none);
      const flips = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(flip0, flip1), i16x8.narrow_i32x4_s(flip2, flip3));
      if (!v128.any_true(flips)) continue;
      flipped = true;
      v128.store(spinAt, v128.xor(spins, flips));
      const c0 = changeOf(flip0, lower(low));
      const c1 = changeOf(flip1, upper(low));
      const c2 = changeOf(flip2, lower(high));
      const c3 = changeOf(flip3, upper(high));
      spreadAll(here, row(i), row(i + 1), c0, c1, c2, c3);
    }
  }
  return flipped;
}
