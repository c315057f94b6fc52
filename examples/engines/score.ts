// Scores of remaining-life predictions against the truth.

export interface Predicted {
  value: number;
  lower: number;
  upper: number;
}

export interface Scores {
  rmseCapped: number;
  rmseRaw: number;
  /** PHM 2008 challenge score (Saxena et al.): sum of exp(-d/13) - 1 for early, exp(d/10) - 1 for late predictions. */
  phm08Capped: number;
  phm08Raw: number;
  /** Share of capped truths inside the interval, and the interval's mean width in cycles. */
  coverage: number;
  meanWidth: number;
}

export function score(predicted: readonly Predicted[], truth: readonly number[], lifeCap: number): Scores {
  const capped = truth.map((life) => Math.min(lifeCap, life));
  const inside = predicted.filter(({ lower, upper }, engine) => {
    const life = capped[engine] ?? Number.NaN;
    return life >= lower && life <= upper;
  });
  return {
    rmseCapped: rmse(predicted, capped),
    rmseRaw: rmse(predicted, truth),
    phm08Capped: phm08(predicted, capped),
    phm08Raw: phm08(predicted, truth),
    coverage: inside.length / predicted.length,
    meanWidth: mean(predicted.map(({ lower, upper }) => upper - lower)),
  };
}

const errors = (predicted: readonly Predicted[], truth: readonly number[]): number[] =>
  predicted.map(({ value }, engine) => value - (truth[engine] ?? Number.NaN));

const rmse = (predicted: readonly Predicted[], truth: readonly number[]): number =>
  Math.sqrt(mean(errors(predicted, truth).map((error) => error * error)));

const phm08 = (predicted: readonly Predicted[], truth: readonly number[]): number =>
  errors(predicted, truth).reduce((sum, error) => sum + Math.expm1(error < 0 ? -error / 13 : error / 10), 0);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
