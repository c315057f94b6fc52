import { describe, expect, test } from "vitest";
import type { Backend, BackendDescription, Submission } from "../backend.ts";
import { answering } from "./broken/backends.ts";
import { FAULTS } from "./broken/index.ts";
import { learningPlugin } from "./broken/models.ts";
import { pluginOf } from "./broken/sound.ts";
import { upgradingPlugin } from "./broken/twin-types.ts";
import { CHECKS, conformance, inspect, type Checks } from "./index.ts";
import { REFERENCE, referenceBackend } from "./reference/backend.ts";

const rejecting = async (...given: Parameters<typeof inspect>) =>
  (await inspect(...given)).filter(({ state }) => state === "failed").map(({ check }) => check);

describe("a sound plugin", async () => {
  await conformance(pluginOf(), test);
});

test.each([
  ["saves models and reads them", learningPlugin],
  ["upgrades twins of an older major", upgradingPlugin],
])("a sound plugin that %s passes", async (_what, make) => {
  expect(await rejecting(make())).toEqual([]);
});

test("a sound plugin passes, and what was not checked is told with its reason", async () => {
  const findings = await inspect(pluginOf());
  const others = findings.filter(({ state }) => state !== "passed");
  expect(others.map(({ check, state, detail }) => `${state} ${check}: ${detail}`)).toEqual([
    "skipped twin-type.upgrades: it upgrades no older major",
    "skipped twin-type.upgrade-repeats: it upgrades no older major",
    "skipped twin-type.upgrade-personal: it upgrades no older major",
    "skipped twin-type.upgrade-streams: it upgrades no older major",
    "skipped capability.refuses-unreadable-models: its example reads no model",
    "skipped backend.refuses-the-undeclared: it declares every kind and every operation",
  ]);
});

describe("a sound backend of another make passes as well", () => {
  test.each<[string, (sound: Backend) => Backend]>([
    ["one with a queue", queueing],
    ["one that only samples, with gates of its own", () => few({ kinds: ["sample"] })],
    [
      "one that cannot tell of a lost submission",
      () => ({ ...few({ submission: "unsure" }), find: async () => undefined }),
    ],
    ["one that knows its keys", () => few({ submission: "once" })],
    ["one in single precision that says so", () => single({ tolerance: 1e-6 })],
    [
      "one with noise and no promise about seeds",
      () => few({ noise: "readout", exact: false, kinds: ["sample"], sameSeedSameAnswer: false }),
    ],
  ])("%s", async (_what, backend) => {
    expect(await rejecting(pluginOf({ backend }))).toEqual([]);
  });
});

test("a backend in single precision that states no tolerance is rejected", async () => {
  expect(await rejecting(pluginOf({ backend: () => single({}) }))).toContain("backend.agrees");
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
  const all = Object.values(CHECKS).flat();
  expect(new Set(FAULTS.map(({ rejectedBy }) => rejectedBy))).toEqual(new Set(all.map(({ id }) => id)));
});

const few = (facts: Partial<BackendDescription>): Backend =>
  referenceBackend({ ...REFERENCE, name: "broken", qubits: 4, gates: ["x", "rz", "ry", "cz"], ...facts });

const single = (facts: Partial<BackendDescription>): Backend =>
  answering(few({ kinds: ["expectation"], ...facts }), (result) =>
    "values" in result ? { ...result, values: result.values.map((value) => Math.fround(value)) } : result,
  );

/** Every answer takes a ticket and two questions. */
function queueing(sound: Backend): Backend {
  const waiting = new Map<string, Submission>();
  const wait = (key: string, left: number): Submission => ({
    state: "waiting",
    ticket: { key, left },
    askAgainAfterMs: 1,
  });
  return {
    ...sound,
    async submit(program, key, access) {
      const submission = await sound.submit(program, key, access);
      if (submission.state !== "done") return submission;
      waiting.set(key, submission);
      return wait(key, 2);
    },
    find: async (key) => waiting.get(key) && wait(key, 1),
    async check(ticket, access) {
      const [key, left] = [String(ticket["key"]), Number(ticket["left"])];
      const submission = waiting.get(key);
      if (!submission) return sound.check(ticket, access);
      return left > 1 ? wait(key, left - 1) : submission;
    },
  };
}

const without = (id: string): Checks => ({
  manifest: CHECKS.manifest.filter((check) => check.id !== id),
  "twin-type": CHECKS["twin-type"].filter((check) => check.id !== id),
  capability: CHECKS.capability.filter((check) => check.id !== id),
  backend: CHECKS.backend.filter((check) => check.id !== id),
  reader: CHECKS.reader.filter((check) => check.id !== id),
});
