// One state becomes several: what a measurement, a reset or a disturbance may do, and how many trajectories it does it to.

import type { Disturbance, ReadoutError } from "../noise/model.ts";
import type { Reading } from "../session.ts";
import { applyPauli, probabilityOfOne, scaleHalves } from "./apply.ts";
import type { SplitStep } from "./code.ts";
import type { Divide } from "./divide.ts";

/** One way to go on; `bit` is what is read on it. */
export interface Way {
  amount: number;
  bit?: 0 | 1;
  /** Makes of the state at this address that of the way. */
  apply?(state: number): void;
}

export interface Splitting {
  reading: Reading;
  qubits: number;
  divide: Divide;
  readoutOf(qubit: number): ReadoutError;
}

export function waysOf(step: SplitStep, splitting: Splitting, state: number, amount: number): Way[] {
  const ways =
    step.kind === "disturb" ? disturbed(step.by, splitting, state, amount) : projected(step, splitting, state, amount);
  return ways.filter((way) => way.amount > 0);
}

const maskOf = ({ qubits }: Splitting, qubit: number): number => 2 ** (qubits - 1 - qubit);

function projected(
  step: Exclude<SplitStep, { kind: "disturb" }>,
  splitting: Splitting,
  state: number,
  amount: number,
): Way[] {
  const { reading, divide, readoutOf } = splitting;
  const mask = maskOf(splitting, step.qubit);
  const found = probabilityOfOne(reading, state, mask);
  const { impossible } = reading.settings.precision;
  const one = found < impossible ? 0 : found > 1 - impossible ? 1 : found;
  const ones = divide(amount, one);
  return ([0, 1] as const).flatMap((value): Way[] => {
    const here = value ? ones : amount - ones;
    const scale = 1 / Math.sqrt(value ? one : 1 - one);
    const apply = (at: number) => {
      scaleHalves(reading, at, mask, value ? [0, scale] : [scale, 0]);
      if (value && step.kind === "reset") applyPauli(reading, at, mask, 0);
    };
    if (here === 0) return [];
    if (step.kind === "reset") return [{ amount: here, apply }];
    const { read1Of0, read0Of1 } = readoutOf(step.qubit);
    const wrong = divide(here, value ? read0Of1 : read1Of0);
    return [
      { amount: here - wrong, bit: value, apply },
      { amount: wrong, bit: value ? 0 : 1, apply },
    ];
  });
}

function disturbed(by: Disturbance, splitting: Splitting, state: number, amount: number): Way[] {
  const { reading, divide } = splitting;
  const masks = by.qubits.map((qubit) => maskOf(splitting, qubit));
  const [mask = 0] = masks;
  if (by.kind === "amplitude-damping") return damped(by.probability, mask, splitting, state, amount);
  if (by.kind === "phase-damping") {
    // Coherence shrinks by 1 - 2 q where Z comes with probability q.
    const turned = divide(amount, (1 - Math.sqrt(1 - by.probability)) / 2);
    return [{ amount: amount - turned }, { amount: turned, apply: (at) => applyPauli(reading, at, 0, mask) }];
  }
  // The mixed state is the mean over all Pauli words, of which one changes nothing.
  const words = 4 ** masks.length;
  const hit = divide(amount, by.probability * (1 - 1 / words));
  const ways: Way[] = [{ amount: amount - hit }];
  const chosen = (digits: number) => masks.reduce((sum, one, place) => (digits & (2 ** place) ? sum + one : sum), 0);
  for (let word = 1, left = hit; word < words && left > 0; word++) {
    const here = divide(left, 1 / (words - word));
    left -= here;
    const [flip, sign] = [chosen(word), chosen(word >> masks.length)];
    ways.push({ amount: here, apply: (at) => applyPauli(reading, at, flip, sign) });
  }
  return ways;
}

function damped(
  probability: number,
  mask: number,
  { reading, divide }: Splitting,
  state: number,
  amount: number,
): Way[] {
  const one = probabilityOfOne(reading, state, mask);
  const falls = probability * one;
  if (falls < reading.settings.precision.impossible) return [{ amount, ...(probability > 0 && { apply: stays }) }];
  const fallen = divide(amount, falls);
  return [
    { amount: amount - fallen, apply: stays },
    {
      amount: fallen,
      apply: (at) => {
        scaleHalves(reading, at, mask, [0, 1 / Math.sqrt(one)]);
        applyPauli(reading, at, mask, 0);
      },
    },
  ];

  function stays(at: number): void {
    const scale = 1 / Math.sqrt(1 - probability * one);
    scaleHalves(reading, at, mask, [scale, scale * Math.sqrt(1 - probability)]);
  }
}
