// What a program takes, known before anything runs: slices, sweeps, memory, work. Refuses what does not fit.

import { checkAnnealOptions, checkProgram, refuse, type AnnealProgram, type Program } from "@eigentwin/core";
import { LANES } from "./kernels.ts";
import { COUPLING_BYTES, MEMORY_BUDGET_BYTES, regionsOf, variableBytes, type Regions } from "./memory.ts";
import type { Method, Settings } from "./methods.ts";
import { OFFERS_PER_NEIGHBOUR, SECONDS_PER_OFFER } from "./pace.ts";

/** What one call of a Worker may carry back (the contract's limit). */
const LARGEST_RESULT_BYTES = 8 * 2 ** 20;
/** Half of the processor time that a request gets: the estimate is of a machine that is as fast as the measured one. */
const LONGEST_SECONDS = 150;

export interface Plan extends Settings {
  program: AnnealProgram;
  regions: Regions;
  /** Reads in blocks of so many lanes. */
  blocks: number;
  /** Of one sweep of one block, and of all of them, in offers (pace.ts). */
  sweepWork: number;
  work: number;
}

export function planOf(program: Program, method: Method): Plan {
  checkProgram(program);
  if (program.kind !== "anneal")
    return refuse("backend.refused", `${method.name} runs no ${program.kind} programs`, { hint: "It runs anneal." });
  const { problem, reads, options = {} } = program;
  checkAnnealOptions(program, method.options);
  const settings = method.settings(options);
  const { slices, sweeps } = settings;
  const { length: couplings } = problem.couplings.values;
  checkVariables(problem.variables, method);
  const regions = regionsOf(problem.variables, couplings, slices);
  checkMemory(regions.end, couplings, slices);
  checkResult(reads, problem.variables);
  const blocks = Math.ceil(reads / LANES);
  const offers = slices * (problem.variables + OFFERS_PER_NEIGHBOUR * 2 * couplings);
  const sweepWork = LANES * offers;
  const work = blocks * (sweeps + 2) * sweepWork;
  checkTime(work * SECONDS_PER_OFFER, reads, sweeps);
  return { ...settings, program, regions, blocks, sweepWork, work };
}

const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);

function checkVariables(variables: number, { name, largest }: Method): void {
  if (variables > largest)
    refuse("backend.refused", `${name} takes at most ${largest} variables, not ${variables}`, {
      hint: `Use ${largest} variables or fewer, or name another backend.`,
      at: "/problem/variables",
    });
}

/** The largest size that fits is told for as many couplings a variable as this problem has. */
function checkMemory(bytes: number, couplings: number, slices: number): void {
  if (bytes <= MEMORY_BUDGET_BYTES) return;
  const room = MEMORY_BUDGET_BYTES - regionsOf(0, 0, slices).end;
  const most = Math.floor((room - COUPLING_BYTES * couplings) / variableBytes(slices));
  refuse(
    "backend.refused",
    `this problem needs ${mebibytes(bytes)} MiB of memory, and ${mebibytes(MEMORY_BUDGET_BYTES)} are allowed`,
    {
      hint:
        most > 0
          ? `With ${couplings} couplings and ${slices} slices at most ${most} variables fit.`
          : `At most ${Math.floor(room / COUPLING_BYTES)} couplings fit at all, and fewer beside variables.`,
      at: "/problem",
    },
  );
}

/** An upper bound: how many different assignments will be read is not known beforehand. */
function checkResult(reads: number, variables: number): void {
  const each = variables + 12;
  const most = Math.floor(LARGEST_RESULT_BYTES / each);
  if (reads > most)
    refuse("backend.refused", `the result may take ${mebibytes(reads * each)} MiB, and one program returns at most 8`, {
      hint: `At most ${most} reads of ${variables} variables: send several programs with seeds of their own.`,
      at: "/reads",
    });
}

function checkTime(seconds: number, reads: number, sweeps: number): void {
  if (seconds <= LONGEST_SECONDS) return;
  const most = Math.floor((reads * sweeps * LONGEST_SECONDS) / seconds);
  refuse(
    "backend.refused",
    `this would take about ${Math.ceil(seconds)} s, and at most ${LONGEST_SECONDS} are allowed`,
    {
      hint: `For this problem reads times sweeps may be about ${most}; reads go by ${LANES} at a time.`,
      at: "/reads",
    },
  );
}
