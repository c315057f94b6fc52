// Checks of the answer: numbers that can be kept, a comparison that can be judged, a prediction that means something.

import type { Answer } from "../../capability.ts";
import { compare } from "../../run/compare.ts";
import { complain, skipBecause, type Check } from "../check.ts";
import type { Kit } from "../kit.ts";
import { SEED } from "../ask.ts";
import { notPlain } from "./manifest.ts";

async function answerOf(id: string, kit: Kit): Promise<Answer<unknown>> {
  const { outcome } = await kit.answered(id);
  return outcome.ok ? outcome.value : complain("it is not answered");
}

export const ANSWER_CHECKS: readonly Check<"capability">[] = [
  {
    id: "capability.result-is-plain-data",
    title: "gives a result that survives as JSON",
    async run({ id }, kit) {
      const path = notPlain((await answerOf(id, kit)).result, "result");
      if (path) complain(`${path} is not JSON data: numbers are finite, lists are plain arrays`);
    },
  },
  {
    id: "capability.comparison",
    title: "claims a comparison that can be judged",
    async run({ id }, kit) {
      const { comparison } = await answerOf(id, kit);
      if (comparison.kind === "compared") return void compare(comparison.comparison, SEED);
      if (comparison.kind === "inherited") {
        const { models } = await kit.answered(id);
        if (!models.has(comparison.modelId)) complain(`it inherits from ${comparison.modelId}, which nobody saved`);
      } else if (comparison.reason.trim() === "") complain("it is not compared, and no reason is given");
    },
  },
  {
    id: "capability.prediction",
    title: "predicts with an interval around its value and an expiry",
    async run({ id }, kit) {
      const { prediction } = await answerOf(id, kit);
      if (!prediction) return skipBecause("its answer holds no prediction");
      const { value, unit, interval, expiresAt } = prediction;
      const { lower, upper, coverage } = interval;
      if (!(lower <= value && value <= upper)) complain(`${value} lies outside of its interval [${lower}, ${upper}]`);
      if (!(coverage > 0 && coverage < 1)) complain(`a coverage of ${coverage} is not between 0 and 1`);
      if (unit === "") complain("it has no unit: write the UCUM code, or 1 for none");
      if (Number.isNaN(Date.parse(expiresAt)) || !expiresAt.endsWith("Z")) complain(`"${expiresAt}" is not a UTC time`);
    },
  },
  {
    id: "capability.parameters",
    title: "says the unit of what it learns of an individual",
    async run({ id }, kit) {
      const { parameters } = await answerOf(id, kit);
      if (!parameters) return skipBecause("its answer holds no personal parameters");
      // Values and deviations are checked with the answer's shape, wherever it runs.
      for (const [name, { unit }] of Object.entries(parameters)) {
        if (unit === "") complain(`${name} has no unit: write the UCUM code, or 1 for none`);
      }
    },
  },
];
