// Checks of a backend that anneals: its reads, their energies, and that it finds what enumeration finds.

import type { AnnealResult } from "../../program/anneal.ts";
import { annealProblem, energyOf, type AnnealProblem, type Vartype } from "../../program/ising.ts";
import { randomFrom } from "../../run/random.ts";
import { complain, leaveTo, type Check, type Subjects } from "../check.ts";
import type { Kit } from "../kit.ts";
import { optimaOf, scaleOf } from "../reference/enumerate.ts";
import { answer, READS, refusalOf, SEED } from "./programs.ts";

const VARIABLES = 8;
const VARTYPES: readonly Vartype[] = ["spin", "binary"];
const ROUNDING = 1e-9;

/** Small whole coefficients, fully connected, with an offset: a constant that is lost shows. */
function randomProblem(vartype: Vartype, qubits: number, seed: number): AnnealProblem {
  const random = randomFrom(seed);
  const whole = () => Math.floor(9 * random()) - 4;
  const variables = Math.min(VARIABLES, qubits);
  const pairs = Array.from({ length: variables }, (_, i) =>
    Array.from({ length: i }, (_, j) => [i, j, whole()] as const),
  );
  return annealProblem({
    vartype,
    linear: Float64Array.from({ length: variables }, whole),
    couplings: pairs.flat(),
    offset: 2.5,
  });
}

const problemsFor = ({ qubits }: Subjects["backend"]): AnnealProblem[] =>
  VARTYPES.flatMap((vartype) => [1, 2, 3].map((seed) => randomProblem(vartype, qubits, seed)));

async function read(kit: Kit, backend: string, problem: AnnealProblem): Promise<AnnealResult> {
  const result = await answer(kit, backend, { kind: "anneal", problem, reads: READS, seed: SEED });
  return result.kind === "anneal" ? result : complain(`it answered an anneal program with ${result.kind}`);
}

/** What is wrong with the order of its variables, seen by a problem that wants the first one alone to be set. */
async function wrongOrder({ name }: Subjects["backend"], kit: Kit): Promise<string | undefined> {
  for (const vartype of VARTYPES) {
    const problem = annealProblem({ vartype, linear: [-1, 1, 1], couplings: [] });
    const { bitstrings, occurrences } = await read(kit, name, problem);
    const most = occurrences.reduce((most, count) => Math.max(most, count), 0);
    const often = bitstrings[occurrences.indexOf(most)];
    if (often !== "100") return `variable 0 alone is wanted, and ${vartype} reads "${often}", not "100"`;
  }
  return undefined;
}

const skip = ({ kinds }: Subjects["backend"]) =>
  kinds.includes("anneal") ? undefined : "it declares no anneal programs";

export const ANNEAL_CHECKS: readonly Check<"backend">[] = [
  {
    id: "backend.anneal-bit-order",
    title: "writes variable 0 leftmost, and 1 for what is set or up",
    skip,
    async run(backend, kit) {
      const wrong = await wrongOrder(backend, kit);
      if (wrong) complain(wrong);
    },
  },
  {
    id: "backend.anneal-energies",
    title: "gives each assignment its energy in the problem as it was asked",
    skip,
    async run(backend, kit) {
      if (await wrongOrder(backend, kit)) leaveTo("backend.anneal-bit-order", "its bits are in another order");
      for (const problem of problemsFor(backend)) {
        const { bitstrings, energies } = await read(kit, backend.name, problem);
        bitstrings.forEach((bits, index) => {
          const [found = Number.NaN, due] = [energies[index], energyOf(problem, bits)];
          if (!(Math.abs(found - due) <= ROUNDING * scaleOf(problem)))
            complain(`${problem.vartype}: it gives ${bits} the energy ${found}, which is ${due}`);
        });
      }
    },
  },
  {
    id: "backend.anneal-reads",
    title: "counts every read once, by ascending energy",
    skip,
    async run(backend, kit) {
      for (const problem of problemsFor(backend)) {
        const { bitstrings, energies, occurrences } = await read(kit, backend.name, problem);
        const total = occurrences.reduce((sum, count) => sum + count, 0);
        if (total !== READS) complain(`its occurrences sum to ${total} of ${READS} reads`);
        const lengths = [bitstrings.length, energies.length, occurrences.length];
        if (new Set(lengths).size > 1) complain(`${lengths.join(", ")} bitstrings, energies and occurrences`);
        for (const bits of bitstrings)
          if (bits.length !== problem.variables || /[^01]/.test(bits)) complain(`"${bits}" is no assignment`);
        for (let at = 1; at < bitstrings.length; at++) {
          const [before = 0, here = 0] = [energies[at - 1], energies[at]];
          const isNext = before < here || (before === here && (bitstrings[at - 1] ?? "") < (bitstrings[at] ?? ""));
          if (!isNext) complain("its assignments are not in ascending order of energy, then of bits, each once");
        }
      }
    },
  },
  {
    id: "backend.anneal-optimum",
    title: `finds the optimum of ${VARIABLES} variables in ${READS} reads`,
    skip,
    async run(backend, kit) {
      if (await wrongOrder(backend, kit)) leaveTo("backend.anneal-bit-order", "its bits are in another order");
      for (const problem of problemsFor(backend)) {
        const { bitstrings } = await read(kit, backend.name, problem);
        const best = bitstrings.reduce((best, bits) => Math.min(best, energyOf(problem, bits)), Infinity);
        const { energy } = optimaOf(problem);
        if (!(best <= energy + ROUNDING * scaleOf(problem)))
          complain(`${problem.vartype}: its best energy is ${best}, enumeration finds ${energy}`);
      }
    },
  },
  {
    id: "backend.anneal-options",
    title: "refuses an option that it does not declare, and says which there are",
    skip,
    async run(backend, kit) {
      const problem = randomProblem("spin", backend.qubits, 1);
      const options = { notDeclaredAnywhere: 1 };
      const { hint } = await refusalOf({ kind: "anneal", problem, reads: 1, options }, backend, kit);
      if (!hint) complain("its refusal has no hint: which options are there?");
    },
  },
];
