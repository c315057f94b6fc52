// Draws. They overwrite the probabilities: cumulative ones take their plane.

/** Makes `count` probabilities ready to draw from. Returns the last outcome that has a probability. */
export function accumulate(plane: usize, count: usize): usize {
  let sum: f64 = 0;
  let last: usize = 0;
  for (let k: usize = 0; k < count; k++) {
    const probability = load<f64>(plane + (k << 3));
    if (probability > 0) last = k;
    sum += probability;
    store<f64>(plane + (k << 3), sum);
  }
  return last;
}

/** Counts, for each uniform number in [0, 1), the first outcome whose cumulative probability exceeds it. */
export function draw(plane: usize, counts: usize, last: usize, uniforms: usize, count: usize): void {
  const total = load<f64>(plane + (last << 3));
  for (let shot: usize = 0; shot < count; shot++) {
    const wanted = load<f64>(uniforms + shot * 8) * total;
    let low: usize = 0;
    // Not size - 1: rounding may make `wanted` equal to the total, and outcomes beyond `last` cannot happen.
    let high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (load<f64>(plane + (middle << 3)) > wanted) high = middle;
      else low = middle + 1;
    }
    const at = counts + (low << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
}
