// Where a state lives: `size` real parts, a gap, `size` imaginary parts.
//
// Index order, stated here once: the binary digits of an index are the bitstring, so qubit 0 (leftmost) is the most
// significant bit and the last qubit is bit 0.

/** Without it both planes of a large state map to the same cache sets and 4 KiB offsets. */
export const GAP_BYTES: usize = 192;

/** From a real part to its imaginary part. */
export function planeBytes(size: usize): usize {
  return (size << 3) + GAP_BYTES;
}

/** |0...0> */
export function reset(state: usize, size: usize): void {
  memory.fill(state, 0, planeBytes(size) + (size << 3));
  store<f64>(state, 1);
}

/** The lower of at most two bits; `size` where there is none. */
export function lowBit(bits: usize, size: usize): usize {
  return bits ? bits & -bits : size;
}

/** The higher of two bits; `size` where there are fewer. */
export function highBit(bits: usize, size: usize): usize {
  const high = bits & (bits - 1);
  return high ? high : size;
}
