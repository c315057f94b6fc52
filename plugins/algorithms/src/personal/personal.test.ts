import { decode, encode, randomFrom, rowsByIndividual } from "@eigentwin/core";
import { statevectorSimulator } from "@eigentwin/statevector/node";
import { beforeAll, describe, expect, test } from "vitest";
import { fitPredictor } from "../fit.ts";
import { DEFAULT_FIT, predict, type FitOptions, type FittedPredictor } from "../predictor.ts";
import { pickLabelled, splitByIndividual } from "../rows.ts";
import { cohort, normalFrom, toolsOn } from "../testing/data.ts";
import { adapt, predictPersonal, type PersonalPosterior } from "./adapt.ts";
import { learnOwnKernel } from "./learn-own-kernel.ts";
import type { OwnKernel } from "./own-kernel.ts";
import { pathParameters } from "./path-parameters.ts";

const toolsFrom = toolsOn(statevectorSimulator());

const OPTIONS: FitOptions = {
  ...DEFAULT_FIT,
  learnWith: 24,
  inducingPoints: 40,
  components: 2,
  learningSteps: 15,
  bandwidths: { fidelity: [1], projected: [0.5] },
};
const all = cohort({ individuals: 80, rowsEach: 16, features: 6, offset: 0.8, noise: 0.3, seed: 70 });
const newcomers = [...rowsByIndividual(all.individuals).keys()].slice(40);
const { inside: others, outside: training } = splitByIndividual(all, newcomers);
const tools = toolsFrom(71);

describe.each(["matern52", "quantum-fidelity", "quantum-projected"] as const)("with the population %s", (kind) => {
  let population: FittedPredictor;
  let ownKernel: OwnKernel;
  beforeAll(async () => {
    population = await fitPredictor(kind, training, OPTIONS, toolsFrom(72));
    ownKernel = await learnOwnKernel(population, training, toolsFrom(73));
  });

  test("learns how much individuals differ, and the noise of one of them", () => {
    // True: 0.64 and 0.09; the variance of 40 offsets is known to about a quarter.
    expect(ownKernel.offsetVariance).toBeGreaterThan(0.35);
    expect(ownKernel.offsetVariance).toBeLessThan(1);
    expect(ownKernel.noiseVariance).toBeGreaterThan(0.07);
    expect(ownKernel.noiseVariance).toBeLessThan(0.13);
  });

  test("own history lowers the error on later rows, and intervals keep their coverage", async () => {
    let [without, withOwn, inside, rows] = [0, 0, 0, 0];
    for (const mine of rowsByIndividual(others.individuals).values()) {
      const history = pickLabelled(others, mine.slice(0, 8));
      const later = pickLabelled(others, mine.slice(8));
      const posterior = await adapt(population, history, ownKernel, tools);
      const cohortSays = await predict(population, later.features, tools);
      const personal = await predictPersonal(population, posterior, later.features, tools);
      later.targets.forEach((truth, row) => {
        without += (truth - (cohortSays.mean[row] ?? 0)) ** 2;
        const miss = truth - (personal.mean[row] ?? 0);
        withOwn += miss ** 2;
        if (Math.abs(miss) <= 1.645 * (personal.standardDeviation[row] ?? 0)) inside++;
        rows++;
      });
    }
    // What remains is the noise of 0.3 and what is not known of f and of the offset.
    expect(Math.sqrt(without / rows)).toBeGreaterThan(0.7);
    expect(Math.sqrt(withOwn / rows)).toBeLessThan(0.4);
    // 320 rows of 40 individuals: 0.9 within about three standard errors.
    expect(inside / rows).toBeGreaterThan(0.84);
    expect(inside / rows).toBeLessThan(0.96);
  });

  test("without own points it is the population exactly, and survives storage", async () => {
    const nothing = {
      features: { ...others.features, rows: 0, values: new Float64Array(0) },
      targets: new Float64Array(0),
    };
    const empty = await adapt(population, nothing, ownKernel, tools);
    const cohortSays = await predict(population, others.features, tools);
    expect(await predictPersonal(population, empty, others.features, tools)).toEqual(cohortSays);
    const some = await adapt(population, pickLabelled(others, [0, 1, 2]), ownKernel, tools);
    const stored = decode(encode(some)) as PersonalPosterior;
    const personal = await predictPersonal(population, some, others.features, tools);
    expect(await predictPersonal(population, stored, others.features, tools)).toEqual(personal);
    expect(personal).not.toEqual(cohortSays);
  });
});

test("one own point moves an offset model by the weight that arithmetic gives it", async () => {
  const population = await fitPredictor("rbf", training, OPTIONS, toolsFrom(74));
  const huge = { offsetVariance: 1e6, slopeVariance: 0, smoothVariance: 0, lengthscale: 1, noiseVariance: 0.01 };
  const one = pickLabelled(others, [0]);
  const posterior = await adapt(population, one, huge, tools);
  const { mean } = await predictPersonal(population, posterior, one.features, tools);
  expect(mean[0]).toBeCloseTo(one.targets[0] ?? 0, 4);
});

test("a population that has memorised its individuals does not hide how much they differ", async () => {
  // Each individual has a number of its own among the features, by which its offset can be learned by heart.
  const { targets, individuals } = training;
  const code = normalFrom(randomFrom(77));
  const codes = new Map([...rowsByIndividual(individuals).keys()].map((id) => [id, code()]));
  const values = individuals.map((id) => codes.get(id) ?? 0);
  const byHeart = { features: { rows: values.length, columns: 1, values }, targets, individuals };
  const population = await fitPredictor("matern52", byHeart, OPTIONS, toolsFrom(78));
  const { offsetVariance, smoothVariance } = await learnOwnKernel(population, byHeart, toolsFrom(79));
  expect(offsetVariance + smoothVariance).toBeGreaterThan(0.3);
});

test("boosted trees are refused", async () => {
  const trees = await fitPredictor("boosting", training, { ...OPTIONS, trees: 2 }, toolsFrom(75));
  await expect(learnOwnKernel(trees, training, tools)).rejects.toThrow("no posterior to adapt");
});

describe("the parameters of a path", () => {
  test("are those of the line behind it, within the deviations that they state", () => {
    const normal = normalFrom(randomFrom(76));
    let [inOffset, inRate] = [0, 0];
    for (let path = 0; path < 400; path++) {
      const times = Float64Array.from({ length: 12 }, (_, index) => index / 2);
      const { offset, rate } = pathParameters(
        times,
        times.map((time) => 4 - 0.3 * time + 0.2 * normal()),
      );
      if (Math.abs(offset.mean - 4) < 2 * offset.standardDeviation) inOffset++;
      if (Math.abs(rate.mean + 0.3) < 2 * rate.standardDeviation) inRate++;
    }
    // Two standard deviations of a Student-t with 10 degrees of freedom hold 0.949; 400 paths give it to 0.044.
    for (const share of [inOffset / 400, inRate / 400]) {
      expect(share).toBeGreaterThan(0.905);
      expect(share).toBeLessThan(0.99);
    }
  });

  test("of an exact line are exact", () => {
    const { offset, rate, noiseStandardDeviation } = pathParameters(
      Float64Array.of(0, 1, 2, 3, 4),
      Float64Array.of(1, 3, 5, 7, 9),
    );
    expect([offset.mean, rate.mean, noiseStandardDeviation, rate.standardDeviation]).toEqual([1, 2, 0, 0]);
  });

  test("need five points", () => {
    expect(() => pathParameters(new Float64Array(4), new Float64Array(4))).toThrow("needs 5 points");
  });
});
