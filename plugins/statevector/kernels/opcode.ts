// What an instruction does. Read by the kernels and by src/compile.ts, so it is plain in both languages.
//
// An instruction is four 32-bit integers: opcode, a, b, coefficient. `a` and `b` are sets of index bits; "the pair
// (a, b)" means all pairs of amplitudes (k | a, k | b) whose k has none of these bits.

/** Exchanges the amplitudes of the pair (a, b): x, cx, swap. */
export const EXCHANGE = 0;
/** A complex 2x2 matrix (8 coefficients) on the pair (a, b). */
export const MATRIX = 1;
/** The same where the matrix is real; the imaginary coefficients are not read. */
export const REAL = 2;
/** cos, sin: a real rotation on the pair (a, b): ry. */
export const TURN = 3;
/** cos, sin: cos - i sin X on the pair (a, b): rx, and each half of rxx and ryy. */
export const FLIP = 4;
/** cos, sin: multiplies by cos + i sin where all bits of `a` are set: z, s, t, p, cz, cp. */
export const PHASE = 5;
/** cos, sin: multiplies by cos - i sin where the parity of k & a is even, cos + i sin where odd: rz, rzz. */
export const PARITY = 6;
