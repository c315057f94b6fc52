// The gates of a circuit: one record each, with the unitary that defines it (OpenQASM 3 standard library names).

/** A row-major complex matrix as `[real, imaginary]` pairs; the first qubit named is the most significant bit of an index. */
export type Matrix = readonly (readonly (readonly [re: number, im: number])[])[];

interface GateFacts {
  readonly qubits: 1 | 2;
  readonly angles: 0 | 1;
  /** The gate that undoes it; `negate`: itself with every angle negated. */
  readonly inverse: GateName | "negate";
  /** The unitary at an angle in radians. */
  matrix(theta: number): Matrix;
}

export type GateName =
  | "h"
  | "x"
  | "y"
  | "z"
  | "s"
  | "sdg"
  | "t"
  | "tdg"
  | "sx"
  | "sxdg"
  | "rx"
  | "ry"
  | "rz"
  | "p"
  | "cx"
  | "cy"
  | "cz"
  | "swap"
  | "cp"
  | "rzz"
  | "rxx"
  | "ryy";

const { SQRT1_2, cos, sin, PI } = Math;
const O = [0, 0] as const;
const I = [1, 0] as const;
const phase = (theta: number) => [cos(theta), sin(theta)] as const;
const diagonal = (...entries: (readonly [number, number])[]): Matrix =>
  entries.map((entry, row) => entries.map((_, column) => (row === column ? entry : O)));
const controlled = ([[a, b], [c, d]]: [[M, M], [M, M]]): Matrix => [
  [I, O, O, O],
  [O, I, O, O],
  [O, O, a, b],
  [O, O, c, d],
];
type M = readonly [number, number];

/** exp(-i theta/2 P(x)P) for P = X (`sign` = +1 in the corners) or Y (`sign` = -1). */
const flipBoth = (theta: number, sign: 1 | -1): Matrix => {
  const c = [cos(theta / 2), 0] as const;
  const inner = [0, -sin(theta / 2)] as const;
  const outer = [0, -sign * sin(theta / 2)] as const;
  return [
    [c, O, O, outer],
    [O, c, inner, O],
    [O, inner, c, O],
    [outer, O, O, c],
  ];
};

const fixed = (inverse: GateName, matrix: Matrix): GateFacts => ({
  qubits: matrix.length === 2 ? 1 : 2,
  angles: 0,
  inverse,
  matrix: () => matrix,
});
const turning = (qubits: 1 | 2, matrix: (theta: number) => Matrix): GateFacts => ({
  qubits,
  angles: 1,
  inverse: "negate",
  matrix,
});

/** Rotations are exp(-i theta/2 P); `p` and `cp` are diag(..., e^{i theta}). */
export const GATES: Readonly<Record<GateName, GateFacts>> = {
  h: fixed("h", [
    [
      [SQRT1_2, 0],
      [SQRT1_2, 0],
    ],
    [
      [SQRT1_2, 0],
      [-SQRT1_2, 0],
    ],
  ]),
  x: fixed("x", [
    [O, I],
    [I, O],
  ]),
  y: fixed("y", [
    [O, [0, -1]],
    [[0, 1], O],
  ]),
  z: fixed("z", diagonal(I, [-1, 0])),
  s: fixed("sdg", diagonal(I, [0, 1])),
  sdg: fixed("s", diagonal(I, [0, -1])),
  t: fixed("tdg", diagonal(I, phase(PI / 4))),
  tdg: fixed("t", diagonal(I, phase(-PI / 4))),
  sx: fixed("sxdg", [
    [
      [0.5, 0.5],
      [0.5, -0.5],
    ],
    [
      [0.5, -0.5],
      [0.5, 0.5],
    ],
  ]),
  sxdg: fixed("sx", [
    [
      [0.5, -0.5],
      [0.5, 0.5],
    ],
    [
      [0.5, 0.5],
      [0.5, -0.5],
    ],
  ]),
  rx: turning(1, (t) => [
    [
      [cos(t / 2), 0],
      [0, -sin(t / 2)],
    ],
    [
      [0, -sin(t / 2)],
      [cos(t / 2), 0],
    ],
  ]),
  ry: turning(1, (t) => [
    [
      [cos(t / 2), 0],
      [-sin(t / 2), 0],
    ],
    [
      [sin(t / 2), 0],
      [cos(t / 2), 0],
    ],
  ]),
  rz: turning(1, (t) => diagonal(phase(-t / 2), phase(t / 2))),
  p: turning(1, (t) => diagonal(I, phase(t))),
  cx: fixed(
    "cx",
    controlled([
      [O, I],
      [I, O],
    ]),
  ),
  cy: fixed(
    "cy",
    controlled([
      [O, [0, -1]],
      [[0, 1], O],
    ]),
  ),
  cz: fixed("cz", diagonal(I, I, I, [-1, 0])),
  swap: fixed("swap", [
    [I, O, O, O],
    [O, O, I, O],
    [O, I, O, O],
    [O, O, O, I],
  ]),
  cp: turning(2, (t) => diagonal(I, I, I, phase(t))),
  rzz: turning(2, (t) => diagonal(phase(-t / 2), phase(t / 2), phase(t / 2), phase(-t / 2))),
  rxx: turning(2, (t) => flipBoth(t, 1)),
  ryy: turning(2, (t) => flipBoth(t, -1)),
};
