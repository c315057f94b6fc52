// Draws, from sums of probabilities in double precision, whatever that of the state is.

import { SHIFT } from "./lanes";

/** Outcomes of a block: only at its end is a sum kept. */
const BLOCK_BITS: usize = 6;
const BLOCK: usize = (<usize>1) << BLOCK_BITS;

/** Writes the cumulative probability at the end of each block. Returns the last outcome that has a probability. */
export function accumulate(plane: usize, count: usize, blocks: usize): usize {
  let sum: f64 = 0;
  let last: usize = 0;
  for (let first: usize = 0; first < count; first += BLOCK) {
    const end = min<usize>(first + BLOCK, count);
    for (let k = first; k < end; k++) {
      const probability = <f64>load<Real>(plane + (k << SHIFT));
      if (probability > 0) last = k;
      sum += probability;
    }
    store<f64>(blocks + ((first >> BLOCK_BITS) << 3), sum);
  }
  return last;
}

/** Counts, for each uniform number in [0, 1), the first outcome whose cumulative probability exceeds it. */
export function draw(plane: usize, counts: usize, last: usize, blocks: usize, uniforms: usize, count: usize): void {
  const lastBlock = last >> BLOCK_BITS;
  const total = load<f64>(blocks + (lastBlock << 3));
  for (let shot: usize = 0; shot < count; shot++) {
    const wanted = load<f64>(uniforms + shot * 8) * total;
    let low: usize = 0;
    // Rounding may make `wanted` equal to the total, and outcomes beyond `last` cannot happen.
    let high = lastBlock;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<f64>(blocks + (middle << 3)) > wanted) high = middle;
      else low = middle + 1;
    }
    let sum = low == 0 ? 0 : load<f64>(blocks + ((low - 1) << 3));
    let outcome = low << BLOCK_BITS;
    const end = min<usize>(outcome + BLOCK - 1, last);
    for (; outcome < end; outcome++) {
      sum += <f64>load<Real>(plane + (outcome << SHIFT));
      if (sum > wanted) break;
    }
    const at = counts + (outcome << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}
