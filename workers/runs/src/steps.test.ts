// Tables of every earlier step open and hold what they held.

import { join } from "node:path";
import { openFixture, schemaFixtures, testStorage } from "@eigentwin/objects/testing";
import { expect, test } from "vitest";
import { journalStore } from "./journal-store.ts";
import { keepModel, keptModels } from "./kept-models.ts";
import { moveTo, readRun, viewOf } from "./run-record.ts";
import { RUN_STEPS } from "./steps.ts";

const fixtures = schemaFixtures(join(import.meta.dirname, "../testing/schemas"), "run");

test.each(fixtures)("a run of step $step keeps its answer, its journal and its models", (fixture) => {
  const { storage } = openFixture(fixture, RUN_STEPS);
  expect(viewOf(readRun(storage.sql))).toMatchObject({
    capability: "aerospace.remaining-life@1",
    subject: { kind: "twin", id: "engine-1", revision: 1 },
    state: "succeeded",
    attempts: 1,
    plugin: { name: "aerospace", version: "0.1.0" },
    backend: { name: "statevector", exact: true },
    prediction: { quantity: "remaining life", unit: "{cycle}" },
    evidenceDigest: expect.stringMatching(/^sha256:/),
  });
  expect(moveTo(storage.sql, "running")).toBe(false);
  const journal = journalStore(storage);
  const entries = journal.entries();
  expect(entries.filter(({ kind }) => kind === "program").map(({ state }) => state)).toEqual([
    "answered",
    "answered",
    "answered",
    "waiting",
    "intended",
  ]);
  expect(entries.at(-2)).toMatchObject({ ticket: { ticket: "t-1" }, askAgainAtMs: 1_700_000_000_000 });
  expect(journal.body("extra/0")).toEqual(Uint8Array.of(0, 255, 16, 128));
  expect(keptModels(storage.sql)).toEqual([
    { id: "model_1", title: "A model", format: "aerospace.model@1", digest: "sha256:00", bodyKey: "models/00" },
  ]);
});

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
