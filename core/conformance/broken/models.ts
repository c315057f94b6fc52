// Plugins that are at fault with saved models: one capability learns, the other one asks after it.

import * as v from "valibot";
import { defineCapability, type Answer } from "../../capability.ts";
import { refuse, Refusal } from "../../failure.ts";
import type { Grant } from "../../grant.ts";
import { definePlugin, type Plugin } from "../../plugin.ts";
import type { Fault } from "./fault.ts";
import { turned } from "./sound.ts";

interface Parts {
  learn?(grant: Grant): Promise<string>;
  recall?(grant: Grant, model: string): Promise<number>;
  reads?: readonly string[];
}

const FORMAT = "broken.fit@1";
const table = {
  columns: [{ name: "who", role: "individual" as const, unit: "1" }],
  values: [Float64Array.of(1, 2, 3)],
};
const comparison = { kind: "not-compared", reason: "nothing is predicted" } as const;

const save = async (grant: Grant, format = FORMAT) =>
  (await grant.saveModel({ title: "fit", format, body: { slope: 0.5 } })).id;

/** Saves half a radian, and turns a qubit by it. */
async function recallSlope(grant: Grant, model: string): Promise<number> {
  const { body } = await grant.model(model);
  return turned(grant, (body as { slope: number }).slope);
}

export function learningPlugin({ learn = save, recall = recallSlope, reads = [FORMAT] }: Parts = {}): Plugin {
  return definePlugin({
    name: "broken",
    version: "0.1.0",
    contract: 1,
    title: "Models, with one fault or none",
    capabilities: [
      defineCapability({
        id: "broken.learn@1",
        title: "A slope that is learned",
        subject: { kind: "dataset" },
        input: v.strictObject({}),
        result: v.object({ model: v.string() }),
        needs: {},
        patienceMs: 300,
        example: () => ({ input: {}, table }),
        async run(_input, grant): Promise<Answer<{ model: string }>> {
          await mustHaveRows(grant);
          return { result: { model: await learn(grant) }, comparison };
        },
      }),
      defineCapability({
        id: "broken.recall@1",
        title: "What was learned",
        subject: { kind: "dataset" },
        input: v.strictObject({ model: v.string() }),
        result: v.object({ value: v.number() }),
        needs: { backend: { kinds: ["expectation"], qubits: 1 } },
        reads,
        patienceMs: 300,
        example: () => ({ input: { model: "model-1" }, table, after: "broken.learn@1" }),
        async run({ model }, grant): Promise<Answer<{ value: number }>> {
          await mustHaveRows(grant);
          return { result: { value: await recall(grant, model) }, comparison };
        },
      }),
    ],
  });
}

async function mustHaveRows(grant: Grant): Promise<void> {
  const { info } = await grant.dataset(grant.subject.id);
  if (info.rows === 0)
    refuse("capability.refused", "the table is empty", { hint: "Send a table with at least one row." });
}

const broken = (rejectedBy: Fault["rejectedBy"], name: string, parts: Parts): Fault => ({
  name,
  rejectedBy,
  make: () => learningPlugin(parts),
});

export const BROKEN_MODELS: readonly Fault[] = [
  broken("capability.model-formats", "saves a model in a format of another plugin", {
    learn: (grant) => save(grant, "other.fit@1"),
  }),
  broken("capability.model-formats", "saves a model in a format without a major, and hides that it was refused", {
    learn: async (grant) => {
      await save(grant, "broken.fit").catch(() => undefined);
      return save(grant);
    },
  }),
  broken("capability.model-formats", "reads a model of a format that it does not declare", { reads: [] }),
  broken("capability.refuses-unreadable-models", "pays for a program before it reads its model", {
    recall: async (grant, model) => {
      await turned(grant, 1);
      return recallSlope(grant, model);
    },
  }),
  broken("capability.refuses-unreadable-models", "answers without the model that it cannot read", {
    recall: (grant, model) =>
      recallSlope(grant, model).catch((error: unknown) => {
        if (error instanceof Refusal && error.failure.code === "model.unreadable") return 0.5;
        throw error;
      }),
  }),
];
