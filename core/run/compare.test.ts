import { expect, test } from "vitest";
import { compare, notCompared, type Comparison, type VerdictWord } from "./compare.ts";
import { randomFrom } from "./random.ts";

interface Losses {
  quantum: readonly number[];
  baseline: readonly number[];
  margin?: number;
  aggregate?: Comparison["aggregate"];
}

const comparison = ({ quantum, baseline, margin = 0.1, aggregate = "mean" }: Losses): Comparison => ({
  metric: "MAE",
  unit: "cycles",
  aggregate,
  margin,
  individuals: baseline.map((_, index) => `engine-${index}`),
  quantum: { name: "fidelity kernel", losses: Float64Array.from(quantum) },
  baseline: { name: "RBF kernel", losses: Float64Array.from(baseline) },
  heldOut: "5-fold cross-validation",
});
const judge = (losses: Losses, seed = 1) => {
  const { word, scores } = compare(comparison(losses), seed);
  if (!scores) throw new Error("a comparison without scores");
  return { word, scores };
};

const random = randomFrom(31);
const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const many = (count: number, draw: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => draw(index));
const hard = many(40, () => 10 + 5 * Math.abs(normal()));

test.each<[VerdictWord, string, Losses]>([
  ["better", "less by more than its noise", { quantum: hard.map((loss) => loss - 1 + 0.1 * normal()), baseline: hard }],
  ["worse", "more by more than its noise", { quantum: hard.map((loss) => loss + 1 + 0.1 * normal()), baseline: hard }],
  ["equal", "the same", { quantum: hard, baseline: hard, margin: 0 }],
  ["equal", "surely less, but by less than what matters", { quantum: hard.map((loss) => loss - 0.05), baseline: hard }],
  ["inconclusive", "as often more as less", { quantum: hard.map((loss) => loss + 3 * normal()), baseline: hard }],
  ["better", "surely less, perhaps by little", { quantum: hard.map((loss) => loss - 0.3 * random()), baseline: hard }],
])("%s: %s", (word, _why, losses) => {
  expect(judge(losses).word).toBe(word);
});

test("pairs count: what is hard for both blurs nothing", () => {
  const baseline = many(30, (index) => 100 * index);
  const { difference } = judge({ quantum: baseline.map((loss) => loss - 1), baseline }).scores;
  expect(difference).toEqual({ value: -1, lower: -1, upper: -1 });
});

test("the same seed gives the same verdict; another seed moves only the interval", () => {
  const losses = { quantum: hard.map((loss) => loss + normal()), baseline: hard };
  expect(judge(losses, 5)).toEqual(judge(losses, 5));
  const [five, six] = [judge(losses, 5).scores.difference, judge(losses, 6).scores.difference];
  expect(five.value).toBe(six.value);
  expect(five.lower).not.toBe(six.lower);
});

test("neither side is favoured: exchanged candidates give the mirrored interval", () => {
  for (const aggregate of ["mean", "root-mean"] as const) {
    const [quantum, baseline] = [many(25, () => 1 + random()), many(25, () => 1 + random())];
    const forth = judge({ quantum, baseline, aggregate }).scores.difference;
    const back = judge({ quantum: baseline, baseline: quantum, aggregate }).scores.difference;
    expect(back).toEqual({ value: -forth.value, lower: -forth.upper, upper: -forth.lower });
  }
});

test("root-mean makes the metric of squared errors", () => {
  const { scores } = judge({ quantum: [9, 16, 0, 0], baseline: [1, 1, 1, 1], aggregate: "root-mean" });
  expect(scores.quantum.score).toBe(2.5);
  expect(scores.baseline.score).toBe(1);
  expect(scores.difference.value).toBe(1.5);
  expect(scores.difference.lower).toBeGreaterThanOrEqual(-1);
  expect(scores.difference.upper).toBeLessThanOrEqual(3);
});

test("a verdict repeats what was stated beforehand", () => {
  expect(judge({ quantum: [1, 2], baseline: [1, 3], margin: 0.25 }).scores).toMatchObject({
    metric: "MAE",
    unit: "cycles",
    quantum: { name: "fidelity kernel", score: 1.5 },
    baseline: { name: "RBF kernel", score: 2 },
    margin: 0.25,
    individuals: 2,
    heldOut: "5-fold cross-validation",
  });
});

// 200 simulations know a coverage near 95 % to 1.5 %; the percentile interval of 30 individuals is itself about 1.5 %
// short (Efron and Tibshirani 1993, chapter 13). Both, and five standard deviations.
test.each(["mean", "root-mean"] as const)(
  "the interval of the %s covers the true difference as often as it says",
  (aggregate) => {
    const simulations = 200;
    let covered = 0;
    for (let simulation = 0; simulation < simulations; simulation++) {
      const quantum = many(30, () => (3 + normal()) ** 2);
      const baseline = quantum.map((loss) => (Math.sqrt(loss) + 0.5 * normal()) ** 2);
      const truth = aggregate === "mean" ? 10 - 10.25 : Math.sqrt(10) - Math.sqrt(10.25);
      const { lower, upper } = judge({ quantum, baseline, aggregate }, simulation).scores.difference;
      if (lower <= truth && truth <= upper) covered += 1;
    }
    expect(covered / simulations).toBeGreaterThan(0.86);
    expect(covered / simulations).toBeLessThan(0.995);
  },
);

test.each<[string, Comparison]>([
  ["one individual", comparison({ quantum: [1], baseline: [1] })],
  ["too few losses", comparison({ quantum: [1, 2], baseline: [1, 2, 3] })],
  ["too many losses", comparison({ quantum: [1, 2, 3], baseline: [1, 2] })],
  ["a loss that is no number", comparison({ quantum: [1, NaN, 2], baseline: [1, 1, 1] })],
  ["an infinite loss of the baseline", comparison({ quantum: [1, 1], baseline: [1, Infinity] })],
  ["a negative square", comparison({ quantum: [-1, 9, 9], baseline: [1, 1, 1], aggregate: "root-mean" })],
  ["a negative margin", comparison({ quantum: [1, 2], baseline: [1, 2], margin: -0.1 })],
  ["a margin that is no number", comparison({ quantum: [1, 2], baseline: [1, 2], margin: NaN })],
  [
    "rows of one individual as if they were several",
    { ...comparison({ quantum: [1, 2], baseline: [1, 2] }), individuals: ["engine-1", "engine-1"] },
  ],
])("refuses %s", (_what, wrong) => {
  expect(() => compare(wrong, 1)).toThrow(/^plugin\.broke-contract/);
});

test("negative losses have a mean, for example log-likelihoods", () => {
  expect(judge({ quantum: [-3, -5], baseline: [-1, -3] }).scores.difference.value).toBe(-2);
});

test("no comparison has no scores, but a reason", () => {
  expect(notCompared("one device only")).toEqual({ word: "not-compared", reason: "one device only" });
});
