// Where a state lives: `size` real parts, a gap, `size` imaginary parts.
//
// Index order, stated here once: the binary digits of an index are the bitstring, so qubit 0 (leftmost) is the most
// significant bit and the last qubit is bit 0.

/** Without it both planes of a large state map to the same cache sets and 4 KiB offsets. */
export const GAP_BYTES: usize = 192;

/** No such bit: above every offset. */
export const NO_BIT: usize = 0x80000000;

export function imaginaryOf(state: usize, size: usize): usize {
  return state + (size << 3) + GAP_BYTES;
}

/** |0...0> */
export function reset(state: usize, size: usize): void {
  memory.fill(state, 0, (size << 4) + GAP_BYTES);
  store<f64>(state, 1);
}

/** Byte offset with a zero inserted at `bit`: counts through the offsets that have this bit clear. */
export function skip(offset: usize, bit: usize): usize {
  return (offset << 1) - (offset & (bit - 1));
}

export function lowestBit(bits: usize): usize {
  return bits & -bits;
}

/** The other of at most two bits. */
export function otherBit(bits: usize): usize {
  const other = bits & (bits - 1);
  return other ? other : NO_BIT;
}
