// What an operation of a stage does. Read by the kernels and by src/encode.ts, so it is plain in both languages.
// Each has eight 32-bit numbers, the opcode first; then:

/** Distances of one to three bits in bytes (0: none), slots of tangents, how many, unused, which is last of its stage. */
export const ROTATE = 0;
/** The lowest bits: three unused, slots of tangents of all of them, how many, unused, which is last of its stage. */
export const ROTATE_LOW = 1;
/** Bits of its table, those with pairs, slots, table, bits outside, how many (+ 65536 if they cross), their slots. */
export const DIAGONAL = 2;
/** Mask within the tile, mask of the index outside, slot. */
export const PARITY = 3;
/** Target within the tile, control within the tile, control outside (each a mask, 0 for none). */
export const EXCHANGE = 4;
// Of rows side by side (rows.ts). ROTATE and PARITY are as above; DIAGONAL ends with the columns of a permutation (0: none).

/** The four lowest bits above the lanes, or the next four: three unused, slots of tangents, how many. */
export const SIXTEEN = 5;
export const SIXTEEN_ABOVE = 6;
/** A permutation alone; its columns come last. */
export const MOVE = 7;
