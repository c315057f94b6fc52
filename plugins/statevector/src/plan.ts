// What a program needs, known before anything runs: its instructions, its memory, its work. Refuses what does not fit.

import { batchesOf, checkProgram, refuse, type CircuitProgram } from "@eigentwin/core";
import { compile, type CompiledCircuit } from "./compile.ts";
import { MEMORY_BUDGET_BYTES, regionsOf, stateBytes, type Regions } from "./memory.ts";
import { UPDATES_PER_SHOT } from "./pace.ts";

/** How many qubits fit when so many states are in memory together: 22 for one, 21 for two. */
export const largestQubits = (states: 1 | 2): number => Math.floor(Math.log2(MEMORY_BUDGET_BYTES / (16 * states)));
/** What one call of a Worker may carry back (the contract's limit). */
const LARGEST_RESULT_BYTES = 8 * 2 ** 20;
/** Uniform numbers handed to the kernels at a time. */
export const SHOTS_AT_A_TIME = 4096;

/** More would leave the cache; fewer than this many states would prepare the same ones too often. */
const TILE_BYTES = 8 * 2 ** 20;
const TILE_STATES = 64;

export interface Plan {
  circuit: CompiledCircuit;
  regions: Regions;
  /** States that are in memory together; other programs than overlaps have one at a time. */
  tile: { lefts: number; rights: number };
  /** In updates, see pace.ts. */
  work: number;
}

export function planOf(program: CircuitProgram): Plan {
  checkProgram(program);
  checkQubits(program);
  checkResult(program);
  const circuit = compile(program.circuit);
  const tile = tileOf(program, MEMORY_BUDGET_BYTES - regionsOf(circuit, workspaceBytes(program), 0).end);
  const regions = regionsOf(circuit, workspaceBytes(program), tile.lefts + tile.rights);
  if (regions.end > MEMORY_BUDGET_BYTES)
    refuse(
      "backend.refused",
      `this circuit needs ${mebibytes(regions.end)} MiB of memory, and ${mebibytes(MEMORY_BUDGET_BYTES)} are allowed`,
      {
        hint: "Use fewer gates or observables, or fewer qubits.",
      },
    );
  return { circuit, regions, tile, work: workOf(program, circuit) };
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);

function checkQubits({ kind, circuit: { qubits } }: CircuitProgram): void {
  const largest = largestQubits(kind === "overlap" ? 2 : 1);
  if (qubits > largest)
    refuse("backend.refused", `at most ${largest} qubits fit into memory here for ${kind}, not ${qubits}`, {
      hint: `Use ${largest} qubits or fewer, or name a backend with more.`,
      at: "/circuit/qubits",
    });
}

function checkResult(program: CircuitProgram): void {
  const bytes = resultBytes(program);
  if (bytes > LARGEST_RESULT_BYTES)
    refuse("backend.refused", `the result may take ${mebibytes(bytes)} MiB, and one program returns at most 8`, {
      hint: `Split the ${program.kind === "sample" ? "batch or its shots" : "batch"} into ${Math.ceil(bytes / LARGEST_RESULT_BYTES)} programs or more.`,
    });
}

/** An upper bound: how many different outcomes will be drawn is not known beforehand. */
function resultBytes(program: CircuitProgram): number {
  if (program.kind === "expectation") return 8 * program.parameters.rows * program.observables.length;
  if (program.kind === "overlap") return 8 * program.left.rows * program.right.rows;
  const { qubits } = program.circuit;
  return program.parameters.rows * (64 + Math.min(program.shots, 2 ** qubits) * (qubits + 8));
}

/** Distinct words, so a bound for an expectation: a word and its value take 24 bytes. */
function workspaceBytes(program: CircuitProgram): number {
  if (program.kind === "expectation") return 24 * program.observables.reduce((words, sum) => words + sum.length, 0);
  if (program.kind === "overlap") return 8 * program.left.rows * program.right.rows;
  return 8 * SHOTS_AT_A_TIME;
}

/** The right states stay while the left ones pass by; where not all right ones fit, left ones are prepared again. */
function tileOf(program: CircuitProgram, roomBytes: number): { lefts: number; rights: number } {
  if (program.kind !== "overlap") return { lefts: 1, rights: 0 };
  const [lefts, rights] = [program.left.rows, program.right.rows];
  const each = stateBytes(program.circuit.qubits);
  const fit = Math.max(2, Math.floor(Math.min(roomBytes, Math.max(TILE_BYTES, TILE_STATES * each)) / each));
  const rightsHere = Math.min(rights, Math.max(Math.floor(fit / 2), fit - lefts));
  return { lefts: Math.min(lefts, fit - rightsHere), rights: rightsHere };
}

/** A call costs about as much as 20 updates, a word as half a gate, the two numbers of an angle as 40: measured. */
function workOf(program: CircuitProgram, circuit: CompiledCircuit): number {
  const size = 2 ** circuit.qubits;
  const states = batchesOf(program).reduce((sum, { rows }) => sum + rows, 0);
  const prepare = states * (size + (circuit.instructions.length / 4) * (size + 20) + circuit.bindings.length * 8);
  if (program.kind === "overlap") return prepare + program.left.rows * program.right.rows * size;
  if (program.kind === "sample") return prepare + states * (4 * size + UPDATES_PER_SHOT * program.shots);
  const words = program.observables.reduce((sum, { length }) => sum + length, 0);
  return prepare + states * words * (0.5 * size + 20);
}
