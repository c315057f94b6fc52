// Gradients from expectations by the parameter-shift rule (Schuld et al., Phys. Rev. A 99, 032331, 2019): a gate whose
// generator has two eigenvalues, one apart, has the slope (f(angle + pi/2) - f(angle - pi/2)) / 2.
//
// The rule holds for one gate, not for one parameter: every gate with a parameter gets an angle of its own, those whose
// generators have more eigenvalues are rewritten first, and the chain rule puts the parameters together again.

import { refuse } from "../failure.ts";
import { angleAt, constantAngle, isConstant, type Angle } from "./angle.ts";
import type { Circuit } from "./circuit.ts";
import { GATES, type GateName } from "./gates.ts";
import { lowerCircuit } from "./lower-gates.ts";
import type { Lowered } from "./lowered.ts";
import { isUnitary, OTHER_OPERATIONS, type Operation } from "./operation.ts";
import type { Batch, ExpectationProgram, GradientProgram, ExpectationResult, ProgramResult } from "./program.ts";

const SHIFT = Math.PI / 2;
/** Eigenvalues of the generator: -1/2 and 1/2, or 0 and 1. */
const TWO_EIGENVALUES: readonly GateName[] = ["gphase", "rx", "ry", "rz", "p", "cp", "rxx", "ryy", "rzz"];
const SHIFTED = {
  name: "parameter shift",
  gates: [
    ...(Object.keys(GATES) as GateName[]).filter((name) => GATES[name].angles === 0),
    ...TWO_EIGENVALUES,
    ...OTHER_OPERATIONS.filter((name) => name !== "diagonal"),
  ],
};
/** Angles in one program: 2 MiB. */
const LARGEST_BATCH = 2 ** 18;

/** As many programs as it takes: each row is evaluated as it is, then with every angle forward and back. */
export function lowerGradient({ circuit, parameters, observables }: GradientProgram): Lowered {
  const { separate, angles } = withAnglesOfTheirOwn(circuit);
  const all = parameters.rows * (1 + 2 * angles.length);
  const together = Math.max(1, Math.floor(LARGEST_BATCH / Math.max(1, angles.length)));
  const programs: ExpectationProgram[] = [];
  for (let from = 0; from < all; from += together)
    programs.push({
      kind: "expectation",
      circuit: separate,
      parameters: shiftedRows(angles, parameters, from, Math.min(all, from + together)),
      observables,
    });
  return {
    programs,
    combine: (results) => combined(results, { angles, rows: parameters.rows, width: circuit.parameters.length }),
  };
}

/** The circuit whose parameters are the angles of its gates. */
function withAnglesOfTheirOwn(circuit: Circuit): { separate: Circuit; angles: Angle[] } {
  const angles: Angle[] = [];
  const own = (angle: Angle): Angle =>
    isConstant(angle) ? constantAngle(angle.constant) : { constant: 0, terms: [[angles.push(angle) - 1, 1]] };
  const separated = (operations: readonly Operation[]): Operation[] =>
    operations.flatMap((operation): Operation[] => {
      if (operation.name === "if")
        return [
          {
            ...operation,
            body: separated(operation.body),
            ...(operation.otherwise && { otherwise: separated(operation.otherwise) }),
          },
        ];
      return withTwoEigenvalues(operation, circuit).map((one) =>
        "angles" in one ? ({ ...one, angles: one.angles.map(own) } as Operation) : one,
      );
    });
  const gates = separated(circuit.gates);
  return { separate: { ...circuit, gates, parameters: angles.map((_, index) => `angle${index}`) }, angles };
}

/** Where no parameter turns it, an operation stays as it is. */
function withTwoEigenvalues(operation: Operation, circuit: Circuit): readonly Operation[] {
  if (!isUnitary(operation) || !("angles" in operation) || operation.angles.every(isConstant)) return [operation];
  return lowerCircuit({ ...circuit, gates: [operation] }, SHIFTED).gates;
}

/** The evaluations from one to another: of a row the first shifts nothing, then come two for each angle. */
function shiftedRows(angles: readonly Angle[], { rows, values }: Batch, from: number, to: number): Batch {
  const evaluations = 1 + 2 * angles.length;
  const width = values.length / rows;
  const shifted = new Float64Array((to - from) * angles.length);
  let [row, at] = [-1, new Float64Array(0)];
  for (let evaluation = from; evaluation < to; evaluation++) {
    if (Math.floor(evaluation / evaluations) !== row) {
      row = Math.floor(evaluation / evaluations);
      const parameters = values.subarray(row * width, (row + 1) * width);
      at = Float64Array.from(angles, (angle) => angleAt(angle, parameters));
    }
    const target = shifted.subarray((evaluation - from) * angles.length);
    target.set(at);
    const shift = (evaluation % evaluations) - 1;
    const index = Math.floor(shift / 2);
    if (shift >= 0) target[index] = (at[index] ?? Number.NaN) + (shift % 2 === 0 ? SHIFT : -SHIFT);
  }
  return { rows: to - from, values: shifted };
}

function combined(
  results: readonly ProgramResult[],
  { angles, rows, width }: { angles: readonly Angle[]; rows: number; width: number },
): ProgramResult {
  const means = results.map(meansOf);
  const columns = means[0]?.columns ?? 0;
  const evaluations = 1 + 2 * angles.length;
  const all = joined(means, "values");
  const errors = means.every((one) => one.standardErrors) ? joined(means, "standardErrors") : undefined;
  const firsts = (of: Float64Array) =>
    Float64Array.from(
      { length: rows * columns },
      (_, at) => of[Math.floor(at / columns) * evaluations * columns + (at % columns)] ?? Number.NaN,
    );
  const slopes = new Float64Array(rows * columns * width);
  const variances = new Float64Array(slopes.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      angles.forEach(({ terms }, index) => {
        const forward = (row * evaluations + 1 + 2 * index) * columns + column;
        const back = forward + columns;
        const slope = ((all[forward] ?? Number.NaN) - (all[back] ?? Number.NaN)) / 2;
        const variance = errors ? ((errors[forward] ?? 0) ** 2 + (errors[back] ?? 0) ** 2) / 4 : 0;
        for (const [parameter, coefficient] of terms) {
          const at = (row * columns + column) * width + parameter;
          slopes[at] = (slopes[at] ?? 0) + coefficient * slope;
          variances[at] = (variances[at] ?? 0) + coefficient ** 2 * variance;
        }
      });
  return {
    kind: "gradient",
    rows,
    columns,
    values: firsts(all),
    slopes,
    ...(errors && { standardErrors: firsts(errors), slopeErrors: variances.map(Math.sqrt) }),
  };
}

const meansOf = (result: ProgramResult): ExpectationResult =>
  result.kind === "expectation"
    ? result
    : refuse("backend.broke-contract", `the backend answered an expectation program with ${result.kind}`);

function joined(means: readonly ExpectationResult[], of: "values" | "standardErrors"): Float64Array {
  const all = new Float64Array(means.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const one of means) {
    all.set(one[of] ?? [], at);
    at += one.values.length;
  }
  return all;
}
