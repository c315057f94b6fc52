// Checks of what a backend answers: every number that can be recomputed is.

import { circuit } from "../../program/circuit.ts";
import { pauli } from "../../program/observable.ts";
import { batch, isDrawn, noParameters, type CircuitProgram, type Histogram } from "../../program/program.ts";
import { complain, leaveTo, skipBecause, type Check, type Subjects } from "../check.ts";
import type { Kit } from "../kit.ts";
import { mustAgree } from "./agreement.ts";
import {
  answer,
  circuitKinds,
  everyGate,
  measuring,
  programOf,
  programsFor,
  runsNoCircuit,
  SHOTS,
  turning,
  twoRows,
} from "./programs.ts";

type Described = Subjects["backend"];

/** One row of a batch, so that what goes wrong between rows is told by its own check. */
const oneRow = { rows: 1, values: twoRows.values.slice(0, 2) };

/** Kinds whose circuit may measure on the way: an overlap is of pure states. */
const impureKinds = (backend: Described) => circuitKinds(backend).filter((kind) => kind !== "overlap");

/** What is wrong with the order of its qubits, seen by the one gate that moves a single bit. */
async function wrongOrder({ name, kinds, gates, qubits }: Described, kit: Kit): Promise<string | undefined> {
  if (!gates.includes("x") || qubits < 2) return undefined;
  const flipped = circuit(2).add("x", 0).build();
  if (kinds.includes("sample")) {
    const result = await answer(kit, name, programOf("sample", flipped));
    const often = result.kind === "sample" ? mostOften(result.histograms[0]) : undefined;
    if (often !== "10") return `x on qubit 0 of two is read as "${often}" and not as "10"`;
  }
  if (kinds.includes("expectation")) {
    const observables = [pauli("ZI"), pauli("IZ")];
    const result = await answer(kit, name, {
      kind: "expectation",
      circuit: flipped,
      parameters: noParameters,
      observables,
    });
    const [first = 0, second = 0] = result.kind === "expectation" ? result.values : [];
    if (first > second) return `x on qubit 0 of two turned the mean of IZ, not that of ZI`;
  }
  return undefined;
}

function mostOften(
  { bitstrings, counts }: Histogram = { bitstrings: [], counts: new Uint32Array() },
): string | undefined {
  return bitstrings[counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))];
}

export const RESULT_CHECKS: readonly Check<"backend">[] = [
  {
    id: "backend.bit-order",
    title: "writes qubit 0 leftmost",
    skip: ({ gates, qubits }) =>
      gates.includes("x") && qubits > 1 ? undefined : "it has no two qubits of which x could flip one",
    async run(backend, kit) {
      const wrong = await wrongOrder(backend, kit);
      if (wrong) complain(wrong);
    },
  },
  {
    id: "backend.agrees",
    title: "agrees with the reference in every kind and gate that it declares",
    skip: runsNoCircuit,
    async run(backend, kit) {
      if (await wrongOrder(backend, kit)) leaveTo("backend.bit-order", "its bits are in another order");
      for (const kind of circuitKinds(backend))
        for (const seed of [1, 2, 3]) {
          const program = programOf(kind, everyGate(backend, seed), oneRow);
          // Two different rows, or the overlap is one by definition.
          const asked: CircuitProgram =
            program.kind === "overlap" ? { ...program, right: { rows: 1, values: twoRows.values.slice(2) } } : program;
          mustAgree(asked, await answer(kit, backend.name, asked), backend);
        }
    },
  },
  {
    id: "backend.measures",
    title: "measures, resets and branches on the way as the reference does",
    skip: (backend) => {
      if (!backend.gates.includes("measure")) return "it declares no measurement in the circuit";
      return impureKinds(backend).length > 0 ? undefined : "it runs neither samples nor expectations";
    },
    async run(backend, kit) {
      if (await wrongOrder(backend, kit)) leaveTo("backend.bit-order", "its bits are in another order");
      for (const kind of impureKinds(backend)) {
        const program = programOf(kind, measuring(backend));
        mustAgree(program, await answer(kit, backend.name, program), backend);
      }
    },
  },
  {
    id: "backend.batches",
    title: "answers each row of a batch as it answers the row alone",
    skip: runsNoCircuit,
    async run(backend, kit) {
      const angles = batch([[0], [Math.PI], [0.4]]);
      for (const kind of circuitKinds(backend)) {
        const alone = programOf(kind, turning(backend), batch([[0.4]]));
        if (kind !== "overlap") mustAgreeOrLeave(alone, await answer(kit, backend.name, alone), backend);
        const program = programOf(kind, turning(backend), angles);
        mustAgree(program, await answer(kit, backend.name, program), backend);
      }
    },
  },
  {
    id: "backend.counts",
    title: "counts every shot once",
    skip: ({ kinds }) => (kinds.includes("sample") ? undefined : "it declares no sample programs"),
    async run(backend, kit) {
      const program = programOf("sample", everyGate(backend, 1), twoRows);
      const result = await answer(kit, backend.name, program);
      if (result.kind !== "sample") return;
      for (const { bitstrings, counts } of result.histograms) {
        const total = counts.reduce((sum, count) => sum + count, 0);
        if (total !== SHOTS) complain(`its counts sum to ${total} of ${SHOTS} shots`);
        if (bitstrings.length !== counts.length)
          complain(`${bitstrings.length} bitstrings have ${counts.length} counts`);
        if (bitstrings.some((bits, index) => index > 0 && !((bitstrings[index - 1] ?? "") < bits)))
          complain("its bitstrings are not in ascending order, each once");
      }
    },
  },
  {
    id: "backend.standard-errors",
    title: "gives standard errors exactly where it is not exact",
    async run(backend, kit) {
      const kinds = circuitKinds(backend).filter((kind) => kind !== "sample");
      if (kinds.length === 0) return skipBecause("every kind that it declares is drawn");
      for (const kind of kinds) {
        const result = await answer(kit, backend.name, programOf(kind, turning(backend), batch([[0.4]])));
        if (!("values" in result)) return;
        const pairs = [[result.values, result.standardErrors]];
        if (result.kind === "gradient") pairs.push([result.slopes, result.slopeErrors]);
        for (const [values, errors] of pairs) {
          if (backend.exact && errors?.some((error) => error !== 0))
            complain(`it is exact, and its ${kind} has errors`);
          if (!backend.exact && errors?.length !== values?.length)
            complain(`it is not exact, and its ${kind} has no errors`);
        }
      }
    },
  },
  {
    id: "backend.same-seed",
    title: "draws the same from the same seed",
    skip: ({ kinds, sameSeedSameAnswer }) => {
      if (!kinds.includes("sample") && !kinds.includes("anneal")) return "no kind that it declares is drawn";
      return sameSeedSameAnswer ? undefined : "it does not declare that the same seed gives the same answer";
    },
    async run(backend, kit) {
      for (const program of programsFor(backend).filter(isDrawn)) {
        const draw = async () => JSON.stringify(await answer(kit, backend.name, program));
        if ((await draw()) !== (await draw())) complain(`two ${program.kind} programs with the same seed differ`);
      }
    },
  },
];

function mustAgreeOrLeave(...given: Parameters<typeof mustAgree>): void {
  try {
    mustAgree(...given);
  } catch {
    leaveTo("backend.agrees", "it does not answer a single row right");
  }
}
