import { expect, test } from "vitest";
import { score } from "./score.ts";

const exactly = (value: number) => ({ value, lower: value - 1, upper: value + 1 });

test("a perfect prediction scores zero and is covered", () => {
  expect(score([exactly(20), exactly(80)], [20, 80], 125)).toEqual({
    rmseCapped: 0,
    rmseRaw: 0,
    phm08Capped: 0,
    phm08Raw: 0,
    coverage: 1,
    meanWidth: 2,
  });
});

test("late is punished more than early, by the challenge's two scales", () => {
  expect(score([exactly(30)], [20], 125).phm08Raw).toBeCloseTo(Math.E - 1, 12);
  expect(score([exactly(7)], [20], 125).phm08Raw).toBeCloseTo(Math.E - 1, 12);
});

test("a truth above the cap counts as the cap in the capped figures alone", () => {
  const { rmseCapped, rmseRaw, coverage } = score([exactly(125)], [140], 125);
  expect([rmseCapped, rmseRaw, coverage]).toEqual([0, 15, 1]);
});
