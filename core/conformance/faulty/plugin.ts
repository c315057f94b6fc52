// A plugin with one fault in each capability, and one without: what the platform must survive, and the control beside it.

import * as v from "valibot";
import { defineCapability, definePlugin, type Answer, type Capability, type Grant } from "../../index.ts";
import { circuit } from "../../program/circuit.ts";
import { pauli } from "../../program/observable.ts";
import { batch } from "../../program/program.ts";

import { indiscreetBackend, losingBackend, queueingBackend } from "./backends.ts";
import { PERSON, personType } from "./person.ts";
import { tankTypes, versionedCapabilities } from "./versions.ts";

const GAUGE = "broken.gauge@1";

const capability = (
  name: string,
  run: (grant: Grant) => Promise<unknown>,
  patienceMs = 5_000,
  type = GAUGE,
): Capability =>
  defineCapability({
    id: `broken.${name}@1`,
    title: `Test capability: ${name}`,
    subject: { kind: "twin", type },
    input: v.strictObject({ angle: v.optional(v.number(), 0.5) }),
    result: v.strictObject({ value: v.number(), drawn: v.number() }),
    needs: { backend: { kinds: ["expectation"], qubits: 1 } },
    patienceMs,
    run: async (_input, grant) => (await run(grant)) as Answer<{ value: number; drawn: number }>,
  });

const tilted = circuit(1, ["angle"]).add("ry", 0, "angle").build();

/** Mean of the twin's level, turned through one qubit: touches streams, programs, steps and chance. */
async function healthy(grant: Grant) {
  const { values } = await grant.stream("level");
  const mean = await grant.step(
    "mean",
    () => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length),
  );
  const turned = await grant.backend.run({
    kind: "expectation",
    circuit: tilted,
    parameters: batch([[mean]]),
    observables: [pauli("Z")],
  });
  const result = { value: turned.values[0] ?? Number.NaN, drawn: grant.random() };
  return { result, comparison: { kind: "not-compared", reason: "a control has nothing to compare" } };
}

/** Eight programs, each waiting for the one before. */
async function patient(grant: Grant) {
  for (let turn = 0; turn < 7; turn++)
    await grant.backend.run({
      kind: "expectation",
      circuit: tilted,
      parameters: batch([[turn]]),
      observables: [pauli("Z")],
    });
  return healthy(grant);
}

/** Works for as long as it is let, and says so. */
async function slow(grant: Grant) {
  for (let tick = 0; tick < 2_000; tick++) {
    await grant.progress(tick / 2_000, `tick ${tick}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return healthy(grant);
}

/** Reads only after it has worked for a while. */
async function late(grant: Grant) {
  for (let tick = 0; tick < 100; tick++) {
    await grant.progress(tick / 100, `tick ${tick}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return healthy(grant);
}

/** Says what the level will be, and may be relied on for a day. */
async function foretelling(grant: Grant) {
  const answer = await healthy(grant);
  const expiresAt = new Date(Date.parse(grant.now) + 24 * 60 * 60_000).toISOString();
  const { value } = answer.result;
  const interval = { lower: value - 1, upper: value + 1, coverage: 0.9 };
  return { ...answer, prediction: { quantity: "level", value, unit: "m", interval, expiresAt } };
}

/** The plugin as it is released under a version. */
const released = (version: string, { mended }: { mended: boolean }) =>
  definePlugin({
    name: "broken",
    version,
    contract: 1,
    title: "Faults on purpose, for tests",
    twinTypes: [
      {
        id: GAUGE,
        title: "A gauge",
        // Members without a rule, one with a type, and one that may never be there.
        properties: v.object({
          place: v.optional(v.string()),
          n: v.optional(v.number()),
          tested: v.optional(v.boolean()),
          testedAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
          wrong: v.optional(v.never()),
        }),
        indexed: ["place", "n", "tested", "testedAt"],
        streams: { level: { title: "Level", unit: "m" } },
        links: {
          feeds: { to: GAUGE, title: "The gauges after it" },
          drains: { to: "broken.tank@1", title: "The tank that it is drained into" },
        },
      },
      personType,
      ...tankTypes({ mended }),
    ],
    backends: [queueingBackend, losingBackend, indiscreetBackend],
    capabilities: [
      capability("healthy", healthy),
      capability("foretells", foretelling),
      capability("patient", patient),
      capability("slow", slow),
      capability("check-up", healthy, 5_000, PERSON),
      capability("late-reader", late, 5_000, PERSON),
      capability("throws", async () => {
        throw new TypeError("the plugin tripped");
      }),
      capability("wrong-shape", async () => ({
        result: { value: "high" },
        comparison: { kind: "not-compared", reason: "none" },
      })),
      capability("ill-compared", async () => ({
        result: { value: 1, drawn: 0 },
        comparison: { kind: "compared", comparison: { metric: "RMSE" } },
      })),
      capability("no-comparison", async () => ({ result: { value: 1, drawn: 0 } })),
      capability("hangs", () => new Promise(() => undefined), 500),
      ...versionedCapabilities,
      capability("never-settles", () => new Promise(() => setInterval(() => undefined, 100)), 500),
    ],
  });

export const faultyPlugin = released("0.1.0", { mended: false });
/** What it is redeployed as: the same questions, and an upgrade of tanks that succeeds. */
export const nextFaultyPlugin = released("0.2.0", { mended: true });
