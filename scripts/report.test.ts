import { expect, test } from "vitest";
import { holds, tableOf } from "./report.ts";

test("text stands on the left, numbers on the right, and a missing figure is a dash", () => {
  const table = tableOf({
    columns: [{ key: "model" }, { key: "rmse", title: "RMSE cycles", digits: 2 }],
    rows: [
      { model: "age only", rmse: 41.234 },
      { model: "own history", rmse: null },
    ],
  });
  expect(table.split("\n")).toEqual([
    "model        RMSE cycles",
    "-----------  -----------",
    "age only           41.23",
    "own history            –",
  ]);
});

test("a bar holds within its limits, and never for what is not a number", () => {
  expect(holds({ name: "a", value: 1, atMost: 1, atLeast: 1 })).toBe(true);
  expect(holds({ name: "b", value: 1.1, atMost: 1 })).toBe(false);
  expect(holds({ name: "c", value: 0.9, atLeast: 1 })).toBe(false);
  expect(holds({ name: "d", value: Number.NaN, atMost: 1 })).toBe(false);
  expect(holds({ name: "e", value: Number.NaN })).toBe(false);
});
