// Sweeps: every variable of every slice is offered one flip in each of 16 reads.

import { accept, NEVER } from "./accept";
import {
  changeOf,
  FLIP,
  lanes,
  lower,
  RANDOM,
  row,
  seedKey,
  signed,
  sliceBytes,
  slices,
  spinsAt,
  spread,
  spreadAll,
  state,
  upper,
  variables,
} from "./block";
import { philox, ROUNDS } from "./philox";

/**
 * `schedule` has two 32-bit floats a sweep: the logarithm's share of s times the field, and of s times the sum of the
 * spin's two neighbours in imaginary time (0 for a single slice).
 */
export function sweeps(schedule: usize, first: u32, count: i32): void {
  for (let sweep: i32 = 0; sweep < count; sweep++) {
    const classical = load<f32>(schedule + ((<usize>sweep) << 3));
    const bond = load<f32>(schedule + ((<usize>sweep) << 3), 4);
    for (let slice: i32 = 0; slice < slices; slice++) sweepSlice(slice, first + sweep, classical, bond);
  }
}

function sweepSlice(slice: i32, sweep: u32, classical: f32, bond: f32): void {
  const here = state + (<usize>slice) * sliceBytes;
  const before = state + (<usize>(slice == 0 ? slices - 1 : slice - 1)) * sliceBytes + spinsAt;
  const after = state + (<usize>(slice == slices - 1 ? 0 : slice + 1)) * sliceBytes + spinsAt;
  const a = f32x4.splat(classical);
  const b = f32x4.splat(bond);
  const never = f32x4.splat(NEVER);
  const key = seedKey();
  const lane = lanes();
  for (let i: i32 = 0; i < variables; i++) {
    const field = here + ((<usize>i) << 6);
    const spinAt = here + spinsAt + ((<usize>i) << 4);
    const spins = v128.load(spinAt);
    const spinsLow = i16x8.extend_low_i8x16_s(spins);
    const spinsHigh = i16x8.extend_high_i8x16_s(spins);
    const m0 = lower(spinsLow);
    const m1 = upper(spinsLow);
    const m2 = lower(spinsHigh);
    const m3 = upper(spinsHigh);
    let y0 = f32x4.mul(a, f32x4.convert_i32x4_s(signed(v128.load(field), m0)));
    let y1 = f32x4.mul(a, f32x4.convert_i32x4_s(signed(v128.load(field, 16), m1)));
    let y2 = f32x4.mul(a, f32x4.convert_i32x4_s(signed(v128.load(field, 32), m2)));
    let y3 = f32x4.mul(a, f32x4.convert_i32x4_s(signed(v128.load(field, 48), m3)));
    if (slices > 1) {
      // s (s_before + s_after) is 2 where both agree with it, 0 for one, -2 for none.
      const unlike = i8x16.add(
        v128.xor(spins, v128.load(before + ((<usize>i) << 4))),
        v128.xor(spins, v128.load(after + ((<usize>i) << 4))),
      );
      const alike = i8x16.shl(i8x16.add(unlike, i8x16.splat(1)), 1);
      const low = i16x8.extend_low_i8x16_s(alike);
      const high = i16x8.extend_high_i8x16_s(alike);
      y0 = f32x4.sub(y0, f32x4.mul(b, f32x4.convert_i32x4_s(lower(low))));
      y1 = f32x4.sub(y1, f32x4.mul(b, f32x4.convert_i32x4_s(upper(low))));
      y2 = f32x4.sub(y2, f32x4.mul(b, f32x4.convert_i32x4_s(lower(high))));
      y3 = f32x4.sub(y3, f32x4.mul(b, f32x4.convert_i32x4_s(upper(high))));
    }
    if (!v128.any_true(f32x4.gt(f32x4.max(f32x4.max(y0, y1), f32x4.max(y2, y3)), never))) continue;
    philox(i32x4.splat(i), i32x4.splat(sweep), i32x4.splat(slice), lane, key, FLIP, ROUNDS, RANDOM);
    const flip0 = accept(y0, v128.load(RANDOM));
    const flip1 = accept(y1, v128.load(RANDOM, 16));
    const flip2 = accept(y2, v128.load(RANDOM, 32));
    const flip3 = accept(y3, v128.load(RANDOM, 48));
    const flips = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(flip0, flip1), i16x8.narrow_i32x4_s(flip2, flip3));
    if (!v128.any_true(flips)) continue;
    v128.store(spinAt, v128.xor(spins, flips));
    const from = row(i);
    const to = row(i + 1);
    const busy =
      i32(v128.any_true(flip0)) + i32(v128.any_true(flip1)) + i32(v128.any_true(flip2)) + i32(v128.any_true(flip3));
    // One walk along the couplings for all four vectors, where more than two have to go: measured.
    if (busy > 2) {
      spreadAll(here, from, to, changeOf(flip0, m0), changeOf(flip1, m1), changeOf(flip2, m2), changeOf(flip3, m3));
      continue;
    }
    if (v128.any_true(flip0)) spread(here, from, to, changeOf(flip0, m0));
    if (v128.any_true(flip1)) spread(here + 16, from, to, changeOf(flip1, m1));
    if (v128.any_true(flip2)) spread(here + 32, from, to, changeOf(flip2, m2));
    if (v128.any_true(flip3)) spread(here + 48, from, to, changeOf(flip3, m3));
  }
}
