// The frame: CX, SWAP and X need no pass. Each bit of the circuit is kept as a parity of index bits, and the state is
// permuted only where a rotation needs a bit to itself.

export interface Frame {
  /** For each qubit the index bits whose parity it is. */
  masks: number[];
  /** 1 where the parity is negated. */
  flips: number[];
}

/** Each qubit is one index bit; the lowest `skipped` bits are none. Qubit 0 is the highest. */
export const identityFrame = (qubits: number, skipped: number): Frame => ({
  masks: Array.from({ length: qubits }, (_, qubit) => 2 ** (skipped + qubits - 1 - qubit)),
  flips: Array.from({ length: qubits }, () => 0),
});

export const bitsOf = (mask: number): number[] => {
  const bits: number[] = [];
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits.push(31 - Math.clz32(rest & -rest));
  return bits;
};

const isSingle = (mask: number): boolean => mask !== 0 && (mask & (mask - 1)) === 0;

/** The index bit that flips this qubit and no other. */
export function ownBit({ masks }: Frame, qubit: number): number | undefined {
  const mask = masks[qubit] ?? 0;
  if (!isSingle(mask)) return undefined;
  return masks.some((other, index) => index !== qubit && (other & mask) !== 0) ? undefined : 31 - Math.clz32(mask);
}

export const isIdentity = (frame: Frame, skipped: number): boolean => {
  const { masks, flips } = identityFrame(frame.masks.length, skipped);
  return frame.masks.every((mask, q) => mask === masks[q]) && frame.flips.every((flip, q) => flip === flips[q]);
};

/** What each index bit becomes where the parities are written out (row bits stay), then what 0 becomes. */
export function columnsOf({ masks, flips }: Frame, bits: number, skipped: number): number[] {
  const places = identityFrame(masks.length, skipped).masks;
  const columns = Array.from({ length: bits }, (_, bit) =>
    bit < skipped || bit >= skipped + masks.length
      ? 2 ** bit
      : masks.reduce((column, mask, q) => (mask & (2 ** bit) ? column | (places[q] ?? 0) : column), 0),
  );
  return [...columns, flips.reduce((sum, flip, q) => (flip ? sum | (places[q] ?? 0) : sum), 0)];
}
