// Circuit -> segments. Every gate becomes real rotations (ry), phases, and changes of the frame:
// rx is ry between s and sdg, h is ry(pi/2) after z, rxx is rzz between quarter turns.

import type { Angle, Circuit, Gate, GateName } from "@eigentwin/core";
import { columnsOf, identityFrame, isIdentity, ownBit, type Frame } from "./frame.ts";
import { nativeGates } from "./native.ts";
import { constant, halfTurns, plus, times, ZERO } from "./linear.ts";
import { addParity, addProduct, addRotation, emptySegment, type Segment } from "./segment.ts";

const { PI } = Math;

export interface RewriteOptions {
  /** Off: every CX, SWAP and X is a permutation of its own. */
  frame: boolean;
  /** Off: every rotation is one of its own. */
  merge: boolean;
}

export interface Rewritten {
  /** All but the last end in a permutation. */
  segments: { segment: Segment; columns?: number[] }[];
  /** What is left of the frame at the end. */
  frame: Frame;
}

/** `bits` index bits, of which the lowest `skipped` count rows and those above the qubits stay 0. */
export function rewrite(circuit: Circuit, bits: number, skipped: number, options: RewriteOptions): Rewritten {
  const { qubits } = circuit;
  const gates = nativeGates(circuit);
  const segments: Rewritten["segments"] = [];
  let frame = identityFrame(qubits, skipped);
  let segment = emptySegment(
    bits,
    frame.masks.reduce((sum, mask) => sum + mask, 0),
  );

  function settle(): void {
    if (isIdentity(frame, skipped)) return;
    segments.push({ segment, columns: columnsOf(frame, bits, skipped) });
    segment = emptySegment(bits, 0);
    frame = identityFrame(qubits, skipped);
  }

  const maskOf = (q: number) => frame.masks[q] ?? 0;
  const flipOf = (q: number) => frame.flips[q] ?? 0;
  const turnAll = (angle: Angle) => {
    segment.phase = plus(segment.phase, angle);
  };

  /** exp(i angle) where an odd number of the qubits is set. */
  function parity(on: readonly number[], angle: Angle): void {
    const flipped = on.reduce((sum, q) => sum ^ flipOf(q), 0);
    if (flipped) turnAll(angle);
    addParity(
      segment,
      on.reduce((mask, q) => mask ^ maskOf(q), 0),
      flipped ? times(angle, -1) : angle,
    );
  }

  /** exp(i angle) where both are set: a b = (a + b - (a xor b)) / 2, unless both have index bits to themselves. */
  function both(a: number, b: number, angle: Angle): void {
    const [bitA, bitB] = [ownBit(frame, a), ownBit(frame, b)];
    if (bitA !== undefined && bitB !== undefined && !flipOf(a) && !flipOf(b)) {
      addProduct(segment, [bitA, bitB], angle);
      return;
    }
    parity([a], times(angle, 0.5));
    parity([b], times(angle, 0.5));
    parity([a, b], times(angle, -0.5));
  }

  function ry(q: number, angle: Angle): void {
    const turns = options.merge ? halfTurns(angle) : undefined;
    if (turns !== undefined) {
      // cos(turns pi/2) - i sin(turns pi/2) Y, and -iY is X after Z.
      if (turns % 2 !== 0) {
        parity([q], constant(PI));
        flip(q);
      }
      if (Math.floor(turns / 2) % 2 !== 0) turnAll(constant(PI));
      return;
    }
    if (ownBit(frame, q) === undefined) settle();
    const bit = ownBit(frame, q) ?? Number.NaN;
    addRotation(segment, bit, flipOf(q) ? times(angle, -1) : angle, options.merge);
  }

  function flip(q: number): void {
    frame.flips[q] = flipOf(q) ^ 1;
    if (!options.frame) settle();
  }

  function cx(control: number, target: number): void {
    frame.masks[target] = maskOf(target) ^ maskOf(control);
    frame.flips[target] = flipOf(target) ^ flipOf(control);
    if (!options.frame) settle();
  }

  const rz = (on: readonly number[], angle: Angle) => {
    turnAll(times(angle, -0.5));
    parity(on, angle);
  };
  const p = (q: number, radians: number) => parity([q], constant(radians));
  function rx(q: number, angle: Angle): void {
    p(q, PI / 2);
    ry(q, angle);
    p(q, -PI / 2);
  }
  function rxx(a: number, b: number, angle: Angle): void {
    for (const q of [a, b]) ry(q, constant(-PI / 2));
    rz([a, b], angle);
    for (const q of [a, b]) ry(q, constant(PI / 2));
  }
  function swap(a: number, b: number): void {
    [frame.masks[a], frame.masks[b]] = [maskOf(b), maskOf(a)];
    [frame.flips[a], frame.flips[b]] = [flipOf(b), flipOf(a)];
    if (!options.frame) settle();
  }

  type Write = (a: number, b: number, angle: Angle) => void;
  const WRITE: Readonly<Partial<Record<GateName, Write>>> = {
    h: (q) => {
      p(q, PI);
      ry(q, constant(PI / 2));
    },
    x: (q) => flip(q),
    y: (q) => {
      turnAll(constant(PI / 2));
      p(q, PI);
      flip(q);
    },
    z: (q) => p(q, PI),
    s: (q) => p(q, PI / 2),
    sdg: (q) => p(q, -PI / 2),
    t: (q) => p(q, PI / 4),
    tdg: (q) => p(q, -PI / 4),
    sx: (q) => {
      turnAll(constant(PI / 4));
      rx(q, constant(PI / 2));
    },
    sxdg: (q) => {
      turnAll(constant(-PI / 4));
      rx(q, constant(-PI / 2));
    },
    rx: (q, _, angle) => rx(q, angle),
    ry: (q, _, angle) => ry(q, angle),
    rz: (q, _, angle) => rz([q], angle),
    p: (q, _, angle) => parity([q], angle),
    cx,
    cy: (control, target) => {
      p(target, -PI / 2);
      cx(control, target);
      p(target, PI / 2);
    },
    cz: (a, b) => both(a, b, constant(PI)),
    swap,
    cp: both,
    rzz: (a, b, angle) => rz([a, b], angle),
    rxx,
    ryy: (a, b, angle) => {
      for (const q of [a, b]) p(q, -PI / 2);
      rxx(a, b, angle);
      for (const q of [a, b]) p(q, PI / 2);
    },
  };

  /** rxx(t) ryy(t) with t = -pi/2 is iSWAP, SWAP CZ (s s); with pi/2 its inverse. */
  function exchanges(one: Gate, next: Gate | undefined): boolean {
    if (!options.frame || !next || !new Set([one.name, next.name]).isSupersetOf(new Set(["rxx", "ryy"]))) return false;
    const [first = ZERO, second = ZERO] = [one.angles[0], next.angles[0]];
    const [a = 0, b = 0] = one.qubits;
    if (first.terms.length + second.terms.length > 0 || first.constant !== second.constant) return false;
    if (Math.abs(first.constant) !== PI / 2 || !next.qubits.includes(a) || !next.qubits.includes(b)) return false;
    for (const q of [a, b]) p(q, -first.constant);
    both(a, b, constant(PI));
    swap(a, b);
    return true;
  }

  for (let index = 0; index < gates.length; index++) {
    const gate = gates[index];
    if (!gate) break;
    if (exchanges(gate, gates[index + 1])) index += 1;
    else WRITE[gate.name]?.(gate.qubits[0] ?? 0, gate.qubits[1] ?? 0, gate.angles[0] ?? ZERO);
  }
  segments.push({ segment });
  return { segments, frame };
}
