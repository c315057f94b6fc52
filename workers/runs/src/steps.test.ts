// Tables of an earlier step open and hold what they held.

import { testStorage } from "@eigentwin/objects/testing";
import { expect, test } from "vitest";
import { keepModel, keptModels } from "./kept-models.ts";
import { readRun } from "./run-record.ts";
import { RUN_STEPS } from "./steps.ts";

test("a run of step 1 reads and saves models as its plugin did then", () => {
  const { sql } = testStorage().storage;
  sql.exec(RUN_STEPS[0] ?? "");
  const resolution = { plugin: { name: "pump", version: "0.1.0" }, capability: { id: "pump.life@1", needs: {} } };
  sql.exec(
    "INSERT INTO run (one, request, resolution, state, spent, synthetic, accepted_at) VALUES (1, '{}', ?, 'running', '{}', 0, 'then')",
    JSON.stringify(resolution),
  );
  sql.exec("INSERT INTO saved_model VALUES (?, ?, ?, ?)", "model_1", "a fit", "sha256:00", "models/1");

  for (const step of RUN_STEPS.slice(1)) sql.exec(step);

  expect(readRun(sql).resolution.capability).toMatchObject({ id: "pump.life@1", reads: ["pump.model@1"] });
  const first = { id: "model_1", title: "a fit", format: "pump.model@1", digest: "sha256:00", bodyKey: "models/1" };
  expect(keptModels(sql)).toEqual([first]);
  const second = { ...first, id: "model_2", format: "pump.fit@2", bodyKey: "models/2" };
  keepModel(sql, second);
  expect(keptModels(sql)).toEqual([first, second]);
});
