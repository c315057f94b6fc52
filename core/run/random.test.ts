import { expect, test } from "vitest";
import { randomFrom, seedFor } from "./random.ts";

const draws = (seed: number, count: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => random());
};

test("the same seed draws the same numbers, to the last bit", () => {
  expect(draws(7, 100)).toEqual(draws(7, 100));
  expect(draws(7, 5)).not.toEqual(draws(8, 5));
});

// Five standard deviations of the mean and of the variance of a uniform variable.
test("numbers are uniform in [0, 1)", () => {
  const count = 20_000;
  for (const seed of [0, 1, -1, 2 ** 31, 2 ** 32 - 1]) {
    const drawn = draws(seed, count);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / count;
    const variance = drawn.reduce((sum, value) => sum + (value - 0.5) ** 2, 0) / count;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
  }
});

// Seeds 0, 1, 2... are what people write: what they draw first must not be alike. Five standard deviations.
test("neighbouring seeds draw unrelated numbers", () => {
  const seeds = 4000;
  for (const nth of [0, 1, 5]) {
    const drawn = Array.from({ length: seeds + 1 }, (_, seed) => (draws(seed, nth + 1)[nth] ?? NaN) - 0.5);
    let correlation = 0;
    for (let seed = 0; seed < seeds; seed++)
      correlation += (12 * (drawn[seed] ?? NaN) * (drawn[seed + 1] ?? NaN)) / seeds;
    const mean = drawn.reduce((sum, value) => sum + value, 0) / (seeds + 1);
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(12 * seeds));
    expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(seeds));
  }
});

// Test vectors of the FNV authors (draft-eastlake-fnv); with the parent's seed 0 it is plain FNV-1a.
test.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
])("seedFor(0, %j) is FNV-1a", (name, hash) => {
  expect(seedFor(0, name)).toBe(hash);
});

test("parts of one run, and the same part of other runs, have unsigned 32-bit seeds of their own", () => {
  const seeds = [
    ...Array.from({ length: 2000 }, (_, part) => seedFor(5, `/fold-${part}/`)),
    ...Array.from({ length: 2000 }, (_, parent) => seedFor(parent, "/")),
  ];
  expect(seeds.every((seed) => seed === seed >>> 0)).toBe(true);
  expect(new Set(seeds).size).toBe(seeds.length);
});
