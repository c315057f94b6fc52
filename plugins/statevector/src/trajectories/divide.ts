// How trajectories part: so many go one way, the others the other.

/** Of `amount` trajectories, those to which something of this probability happens. */
export type Divide = (amount: number, probability: number) => number;

/** All ways, each by its weight. */
export const byWeight: Divide = (amount, probability) => amount * probability;

/** A binomial number. Gaps between events are geometric, so it takes about as many draws as events of the rarer kind. */
export function byDraw(random: () => number): Divide {
  const divide: Divide = (amount, probability) => {
    if (probability > 0.5) return amount - divide(amount, 1 - probability);
    if (probability <= 0) return 0;
    const scale = 1 / Math.log1p(-probability);
    let count = 0;
    for (let at = 0; ; count++) {
      at += 1 + Math.floor(Math.log(1 - random()) * scale);
      if (at > amount) return count;
    }
  };
  return divide;
}
