// The demo cohort where no real data is at hand: synthetic engines, called so wherever they show.

import { generateCohort } from "./generate.ts";
import { parseLives, type CohortSource } from "./source.ts";

export function demoCohort(): CohortSource {
  const { train, test, remainingLives } = generateCohort({ seed: 1, trainEngines: 40, testEngines: 10 });
  return {
    set: "demo",
    synthetic: true,
    train: [{ name: "train_demo.txt", text: train }],
    test: [{ name: "test_demo.txt", text: test }],
    remainingLives: () => parseLives(remainingLives),
  };
}
