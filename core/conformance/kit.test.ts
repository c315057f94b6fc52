import { describe, expect, test } from "vitest";
import { FAULTS } from "./broken/index.ts";
import { pluginOf } from "./broken/sound.ts";
import { CHECKS, conformance, inspect, type Checks } from "./index.ts";

const rejecting = async (...given: Parameters<typeof inspect>) =>
  (await inspect(...given)).filter(({ state }) => state === "failed").map(({ check }) => check);

describe("a sound plugin", async () => {
  await conformance(pluginOf(), test);
});

test("a sound plugin passes, and what was not checked is told with its reason", async () => {
  const findings = await inspect(pluginOf());
  const others = findings.filter(({ state }) => state !== "passed");
  expect(others.map(({ check, state, detail }) => `${state} ${check}: ${detail}`)).toEqual([
    "skipped backend.refuses-the-undeclared: it declares every kind and every gate",
  ]);
});

describe.each(FAULTS)("a plugin that $name", ({ make, rejectedBy }) => {
  test(`is rejected by ${rejectedBy} and by nothing else`, async () => {
    expect(await rejecting(make())).toEqual([rejectedBy]);
  });

  test(`would pass if ${rejectedBy} were not there`, async () => {
    expect(await rejecting(make(), without(rejectedBy))).toEqual([]);
  });
});

test("no check can be left out: each is the only one to reject some plugin", () => {
  const all = [...CHECKS.manifest, ...CHECKS.capability, ...CHECKS.backend, ...CHECKS.reader];
  expect(new Set(FAULTS.map(({ rejectedBy }) => rejectedBy))).toEqual(new Set(all.map(({ id }) => id)));
});

const without = (id: string): Checks => ({
  manifest: CHECKS.manifest.filter((check) => check.id !== id),
  capability: CHECKS.capability.filter((check) => check.id !== id),
  backend: CHECKS.backend.filter((check) => check.id !== id),
  reader: CHECKS.reader.filter((check) => check.id !== id),
});
