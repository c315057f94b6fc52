// Where a state lives: real parts, a gap, imaginary parts. A plane is one of the two.
//
// Index order, stated here once: the binary digits of an index are the bitstring, so qubit 0 (leftmost) is the most
// significant bit. With rows side by side the lowest bits count the row and the others the amplitude.

import { LANE_BITS, lanesOf, mul, SHIFT, splat } from "./lanes";

/** Without it both planes of a large state map to the same cache sets and 4 KiB offsets. */
export const GAP_BYTES: usize = 192;

/** From a real part to its imaginary part. */
// @ts-ignore: decorator
@inline
export function planeBytes(bits: u32): usize {
  return ((<usize>1) << (bits + <u32>SHIFT)) + GAP_BYTES;
}

/** A bit whose cosine is smaller writes both halves: the product of all cosines might be nothing. */
const LEAST_GATHERED: f64 = 0.0625;

// @ts-ignore: decorator
@inline
function isGathered(slot: usize): bool {
  return !v128.any_true(v128.lt<Real>(v128.abs<Real>(load<v128>(slot, 16)), splat(<Real>LEAST_GATHERED)));
}

/** The product state of real rotations by slots of tangents, first of the lowest `lanes` bits where lanes are amplitudes. */
export function product(state: usize, bits: u32, slots: usize, lanes: u32): void {
  const rotations = slots + lanes * 32;
  const above = bits - LANE_BITS;
  let start = splat(1);
  for (let lane: u32 = 0; lane < lanes; lane++) {
    const slot = slots + lane * 32;
    const cosine = load<v128>(slot, 16);
    start = mul(start, v128.bitselect(mul(load<v128>(slot), cosine), cosine, lanesOf(lane)));
  }
  for (let bit: u32 = 0; bit < above; bit++) {
    const slot = rotations + bit * 32;
    if (isGathered(slot)) start = mul(start, load<v128>(slot, 16));
  }
  store<v128>(state, start);
  for (let bit: u32 = 0; bit < above; bit++) {
    const slot = rotations + bit * 32;
    const tangent = load<v128>(slot);
    const half = (<usize>16) << bit;
    if (isGathered(slot)) {
      for (let at = state; at < state + half; at += 16) store<v128>(at + half, mul(tangent, load<v128>(at)));
    } else {
      const cosine = load<v128>(slot, 16);
      const sine = mul(tangent, cosine);
      for (let at = state; at < state + half; at += 16) {
        const value = load<v128>(at);
        store<v128>(at, mul(cosine, value));
        store<v128>(at + half, mul(sine, value));
      }
    }
  }
  memory.fill(state + planeBytes(bits), 0, (<usize>1) << (bits + <u32>SHIFT));
}

/** |0...0> in every row: `rows` is the number of rows side by side. */
export function reset(state: usize, bits: u32, rows: u32): void {
  memory.fill(state, 0, planeBytes(bits) + ((<usize>1) << (bits + <u32>SHIFT)));
  for (let row: u32 = 0; row < rows; row++) store<Real>(state + ((<usize>row) << SHIFT), 1);
}

/** Copies one of the rows that lie side by side to a state of its own. */
export function unpack(from: usize, bits: u32, row: u32, to: usize, toBits: u32): void {
  const step = (<usize>1) << (LANE_BITS + <u32>SHIFT);
  const count = (<usize>1) << (bits - LANE_BITS);
  for (let plane: u32 = 0; plane < 2; plane++) {
    let source = from + plane * planeBytes(bits) + ((<usize>row) << SHIFT);
    let target = to + plane * planeBytes(toBits);
    for (let k: usize = 0; k < count; k++) {
      store<Real>(target, load<Real>(source));
      source += step;
      target += sizeof<Real>();
    }
    // A state is padded to the fewest bits that the kernels can work on.
    memory.fill(target, 0, ((<usize>1) << (toBits + <u32>SHIFT)) - (count << SHIFT));
  }
}
