// A circuit's plan: what is the same for every row of every batch, kept for the circuits of the last programs.

import type { Angle, Circuit } from "@eigentwin/core";
import type { Precision } from "../precision.ts";
import { encode, type Encoded, type Encoding } from "./encode.ts";
import { encodeRows } from "./encode-rows.ts";
import { exchangesOf } from "./exchanges.ts";
import { columnsOf, isIdentity, type Frame } from "./frame.ts";
import { ZERO } from "./linear.ts";
import { rewrite } from "./rewrite.ts";
import { schedule, type Stage, type Step } from "./schedule.ts";

/** Each can be switched off, to see what it gains. */
export interface Switches {
  /** CX, SWAP and X wait until they are needed, as one permutation. */
  frame: boolean;
  /** Rotations of a qubit that follow each other are one, and those that undo each other none. */
  merge: boolean;
  /** The first rotations make the initial state. */
  product: boolean;
  /** Operations that fit into a tile run together. */
  tiles: boolean;
  /** Rows of a batch side by side in the lanes. */
  rows: boolean;
}

export const ALL_ON: Switches = { frame: true, merge: true, product: true, tiles: true, rows: true };

/** `state`: all amplitudes. `magnitudes`: without the phases at the end. `frame`: without the permutation either. */
export type Finish = "state" | "magnitudes" | "frame";

export interface Planning {
  switches: Switches;
  precision: Precision;
  /** log2 of the numbers of one plane that a tile has. */
  tileBits: number;
  finish: Finish;
  rows: boolean;
  /** Permutations without a second state. */
  inPlace: boolean;
  /** Stages of one kind of step, for going backwards. */
  layered: boolean;
  /** Acts on whatever state there is; otherwise the circuit begins with |0...0>. */
  onState: boolean;
}

export interface CircuitPlan {
  qubits: number;
  width: number;
  /** Index bits of the state, with those of its rows. */
  bits: number;
  /** Index bits that count rows. */
  skipped: number;
  encoded: Encoded;
  stages: Stage[];
  start?: Angle[];
  frame: Frame;
  finish: Finish;
  needsOther: boolean;
}

/** The fewest index bits that the kernels can work on: a run of eight vectors. */
export const leastBits = ({ laneBits }: Precision): number => laneBits + 3;

export function planCircuit(circuit: Circuit, planning: Planning, base: number): CircuitPlan {
  const { switches, precision } = planning;
  const skipped = planning.rows ? precision.laneBits : 0;
  const bits = Math.max(leastBits(precision), circuit.qubits + skipped);
  const columnBits = precision.laneBits + 3;
  const to: Encoding = {
    bits,
    tileBits: switches.tiles && !planning.rows ? Math.max(columnBits + 3, planning.tileBits) : bits,
    columnBits,
    layered: planning.layered,
    precision,
  };
  const { segments, frame } = rewrite(circuit, bits, skipped, { ...switches, onState: planning.onState });
  const [{ segment: first } = { segment: undefined }] = segments;
  if (!first) throw new Error("a rewritten circuit has no segment");
  const start = switches.product && !planning.onState ? first.rotations.map(([angle]) => angle ?? ZERO) : undefined;
  const settled = planning.finish === "state" || planning.finish === "magnitudes";
  const stages = segments.flatMap(({ segment, columns }, index) => {
    const isLast = index === segments.length - 1;
    const done = segment.rotations.map((row) => (index === 0 && start && row.length > 0 ? 1 : 0));
    const own = schedule(segment, to, done, !isLast || planning.finish === "state");
    const move = isLast && settled && !isIdentity(frame, skipped) ? columnsOf(frame, bits, skipped) : columns;
    return move ? permuted(own, move, to, planning.inPlace && !planning.rows) : own;
  });
  const encoded = (planning.rows ? encodeRows : encode)(stages, start, to, base);
  const needsOther = stages.some(({ columns }) => columns);
  return {
    qubits: circuit.qubits,
    width: circuit.parameters.length,
    bits,
    skipped,
    encoded,
    stages,
    ...(start && { start }),
    frame,
    finish: planning.finish,
    needsOther,
  };
}

/** The permutation joins the last stage if that is one of neighbours. */
function permuted(stages: Stage[], columns: number[], to: Encoding, inPlace: boolean): Stage[] {
  const tileBits = Math.min(to.bits, to.tileBits);
  if (!inPlace) {
    const last = stages.at(-1);
    if (last && last.chosen.length === 0 && !to.layered) last.columns = columns;
    else stages.push({ tileBits, chosen: [], steps: [], columns });
    return stages;
  }
  for (const exchange of exchangesOf(columns)) {
    const step: Step = { kind: "exchange", ...exchange };
    const last = stages.at(-1);
    if (exchange.target >= tileBits)
      stages.push({ tileBits: to.columnBits + 1, chosen: [exchange.target], steps: [step] });
    else if (last?.steps[0]?.kind === "exchange" && last.chosen.length === 0) last.steps.push(step);
    else stages.push({ tileBits, chosen: [], steps: [step] });
  }
  return stages;
}

const KEPT = 32;
const LONGEST_KEY = 2 ** 20;
/** By what the circuit is, then by how it is planned. */
const kept = new Map<string, Map<string, CircuitPlan>>();
/** Circuits are data that nobody changes, so the same object needs to be read only once. */
const keys = new WeakMap<Circuit, string>();

function keyOf(circuit: Circuit): string {
  const known = keys.get(circuit);
  if (known !== undefined) return known;
  const key = JSON.stringify([circuit.qubits, circuit.parameters.length, circuit.gates]);
  keys.set(circuit, key);
  return key;
}

/** By structure: names of parameters do not matter, nor do their values. */
export function cachedPlan(circuit: Circuit, planning: Planning, base: number): CircuitPlan {
  const key = keyOf(circuit);
  const plans = kept.get(key) ?? new Map<string, CircuitPlan>();
  const how = JSON.stringify([planning, base]);
  const plan = plans.get(how) ?? planCircuit(circuit, planning, base);
  plans.set(how, plan);
  kept.delete(key);
  if (key.length <= LONGEST_KEY) kept.set(key, plans);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return plan;
}
