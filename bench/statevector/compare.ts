// Times that are held against each other: in rounds that alternate, of which medians count.

/** Long enough that a call and a tick of the clock are nothing beside it. */
const LEAST_MS = 120;
const WARM_UP_MS = 400;

export interface Timed {
  name: string;
  /** Returns the value of what was run. */
  run(times: number): Promise<number>;
}

export interface Measured {
  /** Milliseconds of one repetition, by name. */
  ms: ReadonlyMap<string, number>;
  values: ReadonlyMap<string, number>;
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = Number.NaN] = [(sorted.length - 1) / 2, sorted.length / 2].map(
    (at) => sorted[Math.floor(at)],
  );
  return (low + high) / 2;
};

export async function compare(all: readonly Timed[], rounds: number): Promise<Measured> {
  const samples = new Map(all.map(({ name }) => [name, [] as number[]]));
  const values = new Map<string, number>();
  const times = new Map<Timed, number>();
  for (const side of all) {
    // Until the engine has optimised, and once more to see how many fill a round.
    for (const start = performance.now(); performance.now() - start < WARM_UP_MS;) await side.run(1);
    const before = performance.now();
    await side.run(1);
    times.set(side, Math.max(1, Math.ceil(LEAST_MS / (performance.now() - before))));
  }
  for (let round = 0; round < rounds; round++)
    for (const side of round % 2 ? all.toReversed() : all) {
      const before = performance.now();
      const count = times.get(side) ?? 1;
      values.set(side.name, await side.run(count));
      samples.get(side.name)?.push((performance.now() - before) / count);
    }
  return { values, ms: new Map([...samples].map(([name, found]) => [name, median(found)])) };
}

export const figure = (ms: number): string =>
  ms < 1 ? `${(1000 * ms).toFixed(2)} µs` : ms < 100 ? `${ms.toFixed(2)} ms` : `${ms.toFixed(0)} ms`;
