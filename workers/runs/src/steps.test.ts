// Tables of every earlier step open and hold what they held.

import { join } from "node:path";
import { openFixture, schemaFixtures } from "@eigentwin/objects/testing";
import { expect, test } from "vitest";
import { journalStore } from "./journal-store.ts";
import { keptModels } from "./kept-models.ts";
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
    { id: "model_1", title: "A model", digest: "sha256:00", bodyKey: "models/00" },
  ]);
});
