// A comparison as it is kept: canonical JSON of everything that the verdict follows from, so that anyone can follow it.

import * as v from "valibot";
import { canonicalJson } from "../codec.ts";
import { refuse } from "../failure.ts";
import { parse } from "../shape.ts";
import type { Comparison, Scored } from "./compare.ts";

const scoredShape = v.strictObject({ name: v.string(), losses: v.array(v.number()) });
const comparisonShape = v.strictObject({
  metric: v.string(),
  unit: v.string(),
  aggregate: v.picklist(["mean", "root-mean"]),
  margin: v.number(),
  individuals: v.array(v.string()),
  quantum: scoredShape,
  baseline: scoredShape,
  heldOut: v.string(),
});

/** A comparison as plain JSON: losses are arrays of numbers. */
export type ComparisonBody = v.InferOutput<typeof comparisonShape>;

/** Only what decides the verdict: whatever else a plugin put beside it is left out. */
export function comparisonText(comparison: Comparison): string {
  const { metric, unit, aggregate, margin, individuals, quantum, baseline, heldOut } = comparison;
  const listed = ({ name, losses }: Scored) => ({ name, losses: [...losses] });
  return canonicalJson({
    metric,
    unit,
    aggregate,
    margin,
    individuals,
    quantum: listed(quantum),
    baseline: listed(baseline),
    heldOut,
  });
}

export function readComparison(body: unknown): Comparison {
  const read = parse(comparisonShape, body, (at, why) =>
    refuse("request.invalid", `not a comparison: ${why}`, { at }),
  ) as ComparisonBody;
  const typed = ({ name, losses }: ComparisonBody["quantum"]): Scored => ({ name, losses: Float64Array.from(losses) });
  return { ...read, quantum: typed(read.quantum), baseline: typed(read.baseline) };
}
