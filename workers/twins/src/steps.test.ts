// Tables of an earlier step open and hold what they held.

import { expect, test } from "vitest";
import { bringForward, openTwinTables } from "../testing/sqlite.ts";
import { noteFinding, personalParameters } from "./findings.ts";
import { appendPoints, streamStates } from "./points.ts";
import { readTwin } from "./twin-record.ts";

test("a twin of step 1 keeps its points and parameters", () => {
  const sql = openTwinTables(1);
  const learned = { offset: { value: 1.5, standardDeviation: 0.1, unit: "K" } };
  sql.exec(
    "INSERT INTO twin VALUES (1, 'own', 'engine-1', 'kind@1', '{}', 1, 3, '{\"place\":\"A\"}', ?, 1, 'then', 'then')",
    JSON.stringify(learned),
  );
  for (const [at, recorded, value] of [
    [1000, 10, 1],
    [2000, 10, 2],
    [2000, 20, 2.5],
  ] as const)
    sql.exec("INSERT INTO point VALUES ('level', ?, ?, ?)", at, recorded, value);

  bringForward(sql, 1);

  expect(readTwin(sql)).toMatchObject({ id: "engine-1", sequence: 3, properties: { place: "A" }, synthetic: true });
  expect(personalParameters(sql)).toEqual(learned);
  const state = { points: 2, lastObservedAt: "1970-01-01T00:00:02.000Z", lastValue: 2.5 };
  expect(streamStates(sql).get("level")).toEqual(state);
  appendPoints(sql, [{ stream: "level", observedAtMs: 3000, value: 3 }], 30);
  expect(streamStates(sql).get("level")).toMatchObject({ points: 3, lastValue: 3 });
});

test("an older run that is announced late does not overwrite what a newer one learned", () => {
  const sql = openTwinTables();
  const learn = (run: string, madeAt: string, values: Record<string, number>) =>
    noteFinding(sql, {
      run,
      verdict: "better",
      madeAt,
      parameters: Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, { value, standardDeviation: 1, unit: "1" }]),
      ),
    });
  expect(learn("newer", "2026-01-02T00:00:00.000Z", { offset: 2 })).toBe(true);
  expect(learn("older", "2026-01-01T00:00:00.000Z", { offset: 1, rate: 1 })).toBe(true);
  expect(learn("newer", "2026-01-02T00:00:00.000Z", { offset: 9 })).toBe(false);
  expect(personalParameters(sql)).toMatchObject({ offset: { value: 2 }, rate: { value: 1 } });
});
