// Probabilities and draws. Both overwrite the state: cumulative probabilities take the real plane, counts the imaginary.

import { planeBytes } from "./state";

export function probabilities(state: usize, size: usize): void {
  const imaginary = state + planeBytes(size);
  for (let k: usize = 0; k < size << 3; k += 16) {
    const re = load<v128>(state + k);
    const im = load<v128>(imaginary + k);
    store<v128>(state + k, f64x2.add(f64x2.mul(re, re), f64x2.mul(im, im)));
  }
}

/** Makes the state ready to draw from. Returns the last outcome that has a probability. */
export function accumulate(state: usize, size: usize): usize {
  probabilities(state, size);
  memory.fill(state + planeBytes(size), 0, size << 3);
  let sum: f64 = 0;
  let last: usize = 0;
  for (let k: usize = 0; k < size; k++) {
    const probability = load<f64>(state + (k << 3));
    if (probability > 0) last = k;
    sum += probability;
    store<f64>(state + (k << 3), sum);
  }
  return last;
}

/** Counts, for each uniform number in [0, 1), the first outcome whose cumulative probability exceeds it. */
export function draw(state: usize, size: usize, last: usize, uniforms: usize, count: usize): void {
  const counts = state + planeBytes(size);
  const total = load<f64>(state + (last << 3));
  for (let shot: usize = 0; shot < count; shot++) {
    const wanted = load<f64>(uniforms + shot * 8) * total;
    let low: usize = 0;
    // Not size - 1: rounding may make `wanted` equal to the total, and outcomes beyond `last` cannot happen.
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<f64>(state + (middle << 3)) > wanted) high = middle;
      else low = middle + 1;
    }
    const at = counts + (low << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}
