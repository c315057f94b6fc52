// What every capability's answer must carry, whoever gave it: checked in the plugin's Worker and again by the host.

import * as v from "valibot";
import type { Answer } from "../capability.ts";
import { refuse } from "../failure.ts";
import { parse } from "../shape.ts";

const finite = v.pipe(v.number(), v.finite());

const scored = v.looseObject({ name: v.string(), losses: v.instance(Float64Array) });

/** The losses themselves are checked where they are compared. */
const comparison = v.looseObject({
  metric: v.string(),
  unit: v.string(),
  aggregate: v.picklist(["mean", "root-mean"]),
  margin: v.pipe(finite, v.minValue(0)),
  individuals: v.array(v.string()),
  quantum: scored,
  baseline: scored,
  heldOut: v.string(),
});

/** What an answer carries beside its result. */
const answerShape = v.looseObject({
  comparison: v.variant("kind", [
    v.looseObject({ kind: v.literal("compared"), comparison }),
    v.looseObject({ kind: v.literal("inherited"), modelId: v.string() }),
    v.looseObject({ kind: v.literal("not-compared"), reason: v.pipe(v.string(), v.minLength(1)) }),
  ]),
  prediction: v.optional(
    v.object({
      quantity: v.string(),
      value: finite,
      unit: v.string(),
      interval: v.pipe(
        v.object({ lower: finite, upper: finite, coverage: v.pipe(finite, v.gtValue(0), v.ltValue(1)) }),
        v.check(({ lower, upper }) => lower <= upper, "an interval ends before it begins"),
      ),
      expiresAt: v.pipe(v.string(), v.isoTimestamp()),
    }),
  ),
  parameters: v.optional(
    v.record(
      v.string(),
      v.object({ value: finite, standardDeviation: v.pipe(finite, v.minValue(0)), unit: v.string() }),
    ),
  ),
});

/** The answer itself; a wrong shape is the plugin's fault, told by its name and place. */
export function checkAnswer(answer: Answer<unknown>, plugin: string, capability = "its answer"): Answer<unknown> {
  parse(answerShape, answer, (where, why) =>
    refuse("plugin.broke-contract", `${plugin} returned an answer of the wrong shape: ${why}`, {
      at: `${capability} ${where}`,
    }),
  );
  return answer;
}
