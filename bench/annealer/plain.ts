// Simulated annealing as one would write it in JavaScript in an afternoon: what the kernels are measured against. Fields
// are kept in double precision and updated at a flip, one read at a time, with the chance that JavaScript brings along.

import { forEachCoupling, type AnnealProblem } from "@eigentwin/core";

export interface Neighbours {
  who: Uint32Array;
  strength: Float64Array;
}

export function neighboursOf(problem: AnnealProblem): Neighbours[] {
  const lists = Array.from({ length: problem.variables }, () => ({ who: [] as number[], strength: [] as number[] }));
  forEachCoupling(problem, (i, j, value) => {
    lists[i]?.who.push(j);
    lists[i]?.strength.push(value);
    lists[j]?.who.push(i);
    lists[j]?.strength.push(value);
  });
  return lists.map(({ who, strength }) => ({ who: Uint32Array.from(who), strength: Float64Array.from(strength) }));
}

/** One read of a spin problem; the temperature falls in equal steps. */
export function readPlainly(
  problem: AnnealProblem,
  neighbours: readonly Neighbours[],
  { sweeps, start, end }: { sweeps: number; start: number; end: number },
): Int8Array {
  const spins = Int8Array.from(problem.linear, () => (Math.random() < 0.5 ? -1 : 1));
  const fields = problem.linear.slice();
  neighbours.forEach(({ who, strength }, i) =>
    who.forEach((other, at) => (fields[i] = (fields[i] ?? 0) + (strength[at] ?? 0) * (spins[other] ?? 0))),
  );
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const temperature = start + ((end - start) * sweep) / Math.max(1, sweeps - 1);
    for (let i = 0; i < spins.length; i++) {
      const change = -2 * (spins[i] ?? 0) * (fields[i] ?? 0);
      if (change > 0 && Math.random() >= Math.exp(-change / temperature)) continue;
      spins[i] = -(spins[i] ?? 0);
      const { who, strength } = neighbours[i] ?? { who: [], strength: [] };
      for (let at = 0; at < who.length; at++) {
        const other = who[at] ?? 0;
        fields[other] = (fields[other] ?? 0) + 2 * (spins[i] ?? 0) * (strength[at] ?? 0);
      }
    }
  }
  return spins;
}
