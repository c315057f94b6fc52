// The gates of a circuit: one record each, with the unitary that defines it (OpenQASM 3 standard library names).

import { cis, controlledMatrix, diagonalMatrix, ONE, scale, ZERO, type Complex, type Matrix } from "./matrix.ts";

export interface GateFacts {
  readonly qubits: 0 | 1 | 2 | 3;
  readonly angles: 0 | 1 | 2 | 3 | 4;
  /** So many of its first qubits only decide whether `target` acts on the others. */
  readonly controls: 0 | 1 | 2;
  /** The gate that undoes it; `negate`: itself with every angle negated, taken in the order of `negated`. */
  readonly inverse: GateName | "negate" | "power";
  /** Which angle, negated, stands at each place of the inverse; in their own order where absent. */
  readonly negated?: readonly number[];
  /** The unitary at angles in radians. */
  matrix(...angles: number[]): Matrix;
  /** The part of it that is not controlled. */
  target(...angles: number[]): Matrix;
}

export type GateName =
  | "gphase"
  | "id"
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
  | "U"
  | "u2"
  | "u3"
  | "cx"
  | "cy"
  | "cz"
  | "ch"
  | "swap"
  | "cp"
  | "crx"
  | "cry"
  | "crz"
  | "cu"
  | "rzz"
  | "rxx"
  | "ryy"
  | "ccx"
  | "cswap";

const { SQRT1_2, cos, sin, PI } = Math;
const real = (rows: readonly (readonly number[])[]): Matrix => rows.map((row) => row.map((re): Complex => [re, 0]));

const H = real([
  [SQRT1_2, SQRT1_2],
  [SQRT1_2, -SQRT1_2],
]);
const X = real([
  [0, 1],
  [1, 0],
]);
const Y: Matrix = [
  [ZERO, [0, -1]],
  [[0, 1], ZERO],
];
const Z = diagonalMatrix([ONE, [-1, 0]]);
const SWAP = real([
  [1, 0, 0, 0],
  [0, 0, 1, 0],
  [0, 1, 0, 0],
  [0, 0, 0, 1],
]);
/** The square root of X, or its inverse (`sign` -1). */
const rootOfX = (sign: 1 | -1): Matrix => [
  [
    [0.5, 0.5 * sign],
    [0.5, -0.5 * sign],
  ],
  [
    [0.5, -0.5 * sign],
    [0.5, 0.5 * sign],
  ],
];

const rx = (t: number): Matrix => [
  [
    [cos(t / 2), 0],
    [0, -sin(t / 2)],
  ],
  [
    [0, -sin(t / 2)],
    [cos(t / 2), 0],
  ],
];
const ry = (t: number): Matrix =>
  real([
    [cos(t / 2), -sin(t / 2)],
    [sin(t / 2), cos(t / 2)],
  ]);
const rz = (t: number): Matrix => diagonalMatrix([cis(-t / 2), cis(t / 2)]);
const p = (t: number): Matrix => diagonalMatrix([ONE, cis(t)]);

/** rz(phi) ry(theta) rz(lambda): the one of determinant 1. */
const u3 = (theta: number, phi: number, lambda: number): Matrix => {
  const [c, s] = [cos(theta / 2), sin(theta / 2)];
  const polar = (radius: number, angle: number): Complex => [radius * cos(angle), radius * sin(angle)];
  return [
    [polar(c, -(phi + lambda) / 2), polar(-s, (lambda - phi) / 2)],
    [polar(s, (phi - lambda) / 2), polar(c, (phi + lambda) / 2)],
  ];
};
/** The built-in gate of OpenQASM 3, whose phase is that of its definition. */
const U = (theta: number, phi: number, lambda: number): Matrix =>
  scale(cis((theta + phi + lambda) / 2), u3(theta, phi, lambda));

/** exp(-i theta/2 PP) for P = X (`sign` = +1 in the corners) or Y (`sign` = -1). */
const flipBoth = (theta: number, sign: 1 | -1): Matrix => {
  const c: Complex = [cos(theta / 2), 0];
  const inner: Complex = [0, -sin(theta / 2)];
  const outer: Complex = [0, -sign * sin(theta / 2)];
  return [
    [c, ZERO, ZERO, outer],
    [ZERO, c, inner, ZERO],
    [ZERO, inner, c, ZERO],
    [outer, ZERO, ZERO, c],
  ];
};

type Angles = GateFacts["angles"];
const factsOf = (
  inverse: GateFacts["inverse"],
  angles: Angles,
  target: GateFacts["target"],
  { controls = 0, negated }: { controls?: GateFacts["controls"]; negated?: readonly number[] } = {},
): GateFacts => ({
  qubits: (controls + Math.log2(target(...Array<number>(angles).fill(0)).length)) as GateFacts["qubits"],
  angles,
  controls,
  inverse,
  ...(negated && { negated }),
  matrix: (...values) => (controls ? controlledMatrix(target(...values), controls) : target(...values)),
  target,
});
const fixed = (inverse: GateName, matrix: Matrix, controls: GateFacts["controls"] = 0): GateFacts => {
  // Made when it is first asked for: most programs never ask, and every start would pay.
  let whole: Matrix | undefined;
  return {
    ...factsOf(inverse, 0, () => matrix, { controls }),
    matrix: () => (whole ??= controls ? controlledMatrix(matrix, controls) : matrix),
  };
};
const turning = (target: (theta: number) => Matrix, controls: GateFacts["controls"] = 0): GateFacts =>
  factsOf("negate", 1, target as GateFacts["target"], { controls });

/** Rotations are exp(-i theta/2 P); `p` and `cp` are diag(..., e^{i theta}); `gphase` is e^{i theta} on no qubit. */
export const GATES: Readonly<Record<GateName, GateFacts>> = {
  gphase: turning((t) => [[cis(t)]]),
  id: fixed("id", diagonalMatrix([ONE, ONE])),
  h: fixed("h", H),
  x: fixed("x", X),
  y: fixed("y", Y),
  z: fixed("z", Z),
  s: fixed("sdg", diagonalMatrix([ONE, [0, 1]])),
  sdg: fixed("s", diagonalMatrix([ONE, [0, -1]])),
  t: fixed("tdg", diagonalMatrix([ONE, cis(PI / 4)])),
  tdg: fixed("t", diagonalMatrix([ONE, cis(-PI / 4)])),
  sx: fixed("sxdg", rootOfX(1)),
  sxdg: fixed("sx", rootOfX(-1)),
  rx: turning(rx),
  ry: turning(ry),
  rz: turning(rz),
  p: turning(p),
  U: factsOf("negate", 3, U as GateFacts["target"], { negated: [0, 2, 1] }),
  u2: factsOf("power", 2, ((phi: number, lambda: number) => u3(PI / 2, phi, lambda)) as GateFacts["target"]),
  u3: factsOf("negate", 3, u3 as GateFacts["target"], { negated: [0, 2, 1] }),
  cx: fixed("cx", X, 1),
  cy: fixed("cy", Y, 1),
  cz: fixed("cz", Z, 1),
  ch: fixed("ch", H, 1),
  swap: fixed("swap", SWAP),
  cp: turning(p, 1),
  crx: turning(rx, 1),
  cry: turning(ry, 1),
  crz: turning(rz, 1),
  cu: factsOf(
    "negate",
    4,
    ((theta: number, phi: number, lambda: number, gamma: number) =>
      scale(cis(gamma + (phi + lambda) / 2), u3(theta, phi, lambda))) as GateFacts["target"],
    { controls: 1, negated: [0, 2, 1, 3] },
  ),
  rzz: turning((t) => diagonalMatrix([cis(-t / 2), cis(t / 2), cis(t / 2), cis(-t / 2)])),
  rxx: turning((t) => flipBoth(t, 1)),
  ryy: turning((t) => flipBoth(t, -1)),
  ccx: fixed("ccx", X, 2),
  cswap: fixed("cswap", SWAP, 1),
};

export const isGateName = (name: string): name is GateName => Object.hasOwn(GATES, name);
