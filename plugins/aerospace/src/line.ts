// Straight lines through values a cycle apart, by least squares; ranges are from `from` (inclusive) to `to` (exclusive).

export function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let t = from; t < to; t++) sum += values[t] ?? Number.NaN;
  return sum / (to - from);
}

/** Change per cycle. The squared distances of n equally spaced times from their middle sum to n (n² - 1) / 12. */
export function slopeOf(values: Float64Array, from: number, to: number): number {
  const count = to - from;
  const middle = (count - 1) / 2;
  let sum = 0;
  for (let k = 0; k < count; k++) sum += (k - middle) * (values[from + k] ?? Number.NaN);
  return (sum * 12) / (count * (count * count - 1));
}

/** Level `before` up to the onset, from there on a straight line. */
interface Hinge {
  onset: number;
  before: number;
  ratePerCycle: number;
}

const ONSET_STEP = 5;
const LEAST_AFTER_ONSET = 15;

/** The onset with the least squared residual among every fifth cycle that leaves 15 after it; the earliest of equals. */
export function fitHinge(values: Float64Array, cycles: number): Hinge {
  let best: Hinge = { onset: 0, before: 0, ratePerCycle: 0 };
  let least = Infinity;
  for (let onset = 0; onset <= cycles - LEAST_AFTER_ONSET; onset += ONSET_STEP) {
    const { residual, ...hinge } = hingeAt(values, cycles, onset);
    if (residual < least) [best, least] = [hinge, residual];
  }
  return best;
}

/** Least squares of the values on 1 and max(0, t - onset). */
function hingeAt(values: Float64Array, cycles: number, onset: number): Hinge & { residual: number } {
  let [sum, squares, sumAfter, squaresAfter, cross] = [0, 0, 0, 0, 0];
  for (let t = 0; t < cycles; t++) {
    const value = values[t] ?? Number.NaN;
    const after = Math.max(0, t - onset);
    sum += value;
    squares += value * value;
    sumAfter += after;
    squaresAfter += after * after;
    cross += after * value;
  }
  const covariance = cross - (sumAfter * sum) / cycles;
  const ratePerCycle = covariance / (squaresAfter - (sumAfter * sumAfter) / cycles);
  const before = (sum - ratePerCycle * sumAfter) / cycles;
  return { onset, before, ratePerCycle, residual: squares - (sum * sum) / cycles - ratePerCycle * covariance };
}
