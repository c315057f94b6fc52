// A block of 16 reads side by side, four vectors of four lanes: where its parts lie in memory.
//
// Of each slice: `fields`, h_i + sum_j J_ij s_j, 16 whole numbers of 32 bits a variable; then `spins`, 16 bytes a
// variable, 0 for up and -1 for down. Couplings of a variable are pairs (address of the other's field within its slice,
// strength), between two entries of `rows`.

export let variables: i32 = 0;
export let slices: i32 = 0;
export let rows: usize = 0;
export let couplings: usize = 0;
export let biases: usize = 0;
export let state: usize = 0;
/** Bytes of a slice, and from its beginning to its spins. */
export let sliceBytes: usize = 0;
export let spinsAt: usize = 0;

let key: u32 = 0;
let group: u32 = 0;

/** Each decision draws from a stream of its own. */
export const FLIP: u32 = 0;
export const FIRST: u32 = 1;

export const RANDOM: usize = memory.data(64, 16);

export function useProblem(count: i32, sliceCount: i32, rowsAt: usize, couplingsAt: usize, biasesAt: usize, stateAt: usize): void {
  variables = count;
  slices = sliceCount;
  rows = rowsAt;
  couplings = couplingsAt;
  biases = biasesAt;
  state = stateAt;
  spinsAt = (<usize>count) << 6;
  sliceBytes = (<usize>count) * 80;
}

/** Reads 16 * block to 16 * block + 15 of a seed. */
export function useBlock(seed: u32, block: u32): void {
  key = seed;
  group = block << 2;
}

// @ts-ignore: decorator
@inline
export function seedKey(): u32 {
  return key;
}

/** The last word of the counter, one for each lane. */
// @ts-ignore: decorator
@inline
export function lanes(): v128 {
  return i32x4.add(i32x4.splat(group), i32x4(0, 1, 2, 3));
}

/** Adds to every neighbour's field what the flip of a variable changes: `change` is -2 s of before, or 0 where it stays. */
// @ts-ignore: decorator
@inline
export function spread(slice: usize, from: usize, to: usize, change: v128): void {
  for (let at = from; at < to; at += 8) {
    const field = slice + load<u32>(at);
    v128.store(field, i32x4.add(v128.load(field), i32x4.mul(v128.load_splat<i32>(at, 4), change)));
  }
}

/** The same for all four vectors in one walk along the couplings. */
// @ts-ignore: decorator
@inline
export function spreadAll(slice: usize, from: usize, to: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  for (let at = from; at < to; at += 8) {
    const field = slice + load<u32>(at);
    const strength = v128.load_splat<i32>(at, 4);
    v128.store(field, i32x4.add(v128.load(field), i32x4.mul(strength, c0)));
    v128.store(field, i32x4.add(v128.load(field, 16), i32x4.mul(strength, c1)), 16);
    v128.store(field, i32x4.add(v128.load(field, 32), i32x4.mul(strength, c2)), 32);
    v128.store(field, i32x4.add(v128.load(field, 48), i32x4.mul(strength, c3)), 48);
  }
}

// @ts-ignore: decorator
@inline
export function row(variable: i32): usize {
  return couplings + load<u32>(rows + ((<usize>variable) << 2));
}

/** Spins of four lanes as masks of 32 bits. */
// @ts-ignore: decorator
@inline
export function lower(masks: v128): v128 {
  return i32x4.extend_low_i16x8_s(masks);
}
// @ts-ignore: decorator
@inline
export function upper(masks: v128): v128 {
  return i32x4.extend_high_i16x8_s(masks);
}

/** s * value, for a spin given as its mask. */
// @ts-ignore: decorator
@inline
export function signed(value: v128, mask: v128): v128 {
  return i32x4.sub(v128.xor(value, mask), mask);
}

/** -2 s where `flip` is set. */
// @ts-ignore: decorator
@inline
export function changeOf(flip: v128, mask: v128): v128 {
  return v128.and(flip, signed(i32x4.splat(-2), mask));
}
