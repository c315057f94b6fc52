// Plugins whose capability is at fault.

import * as v from "valibot";
import type { ErrorCode } from "../../errors.ts";
import { refuse } from "../../failure.ts";
import type { Grant } from "../../grant.ts";
import { circuit } from "../../program/circuit.ts";
import { noParameters } from "../../program/program.ts";
import { randomFrom, seedFor } from "../../run/random.ts";
import { SEED } from "../ask.ts";
import { clockMs } from "../poison.ts";
import { servedWith, type Fault } from "./fault.ts";
import { pluginOf, soundExample, soundRun, type Parts } from "./sound.ts";

const broken = (rejectedBy: Fault["rejectedBy"], name: string, parts: () => Parts): Fault => ({
  name,
  rejectedBy,
  make: () => pluginOf(parts()),
});

export const BROKEN_CAPABILITIES: readonly Fault[] = [
  broken("capability.has-example", "has no example", () => ({ example: undefined })),
  broken("capability.answers", "throws", () => ({
    run: async () => {
      throw new TypeError("it tripped");
    },
  })),
  {
    name: "publishes a result schema that is not that of its results",
    rejectedBy: "capability.schemas",
    make: () =>
      servedWith((sound) => ({
        async manifest() {
          const manifest = await sound.manifest();
          const result = { type: "object", required: ["level"] };
          return { ...manifest, capabilities: manifest.capabilities.map((one) => ({ ...one, result })) };
        },
      })),
  },
  broken("capability.refuses-mistakes", "takes any input", () => ({ capability: { input: v.any() } })),
  {
    name: "refuses mistakes without saying where",
    rejectedBy: "capability.refuses-mistakes",
    make: () =>
      servedWith((sound) => ({
        async run(...question) {
          const outcome = await sound.run(...question);
          if (outcome.ok) return outcome;
          const { at: _where, ...failure } = outcome.failure;
          return { ok: false, failure };
        },
      })),
  },
  broken("capability.refuses-missing-data", "invents a level where none was measured", () => ({
    async run(grant) {
      const { values } = await grant.stream("level");
      return soundRun(
        values.length > 0
          ? grant
          : { ...grant, stream: async () => soundExample.streams?.level ?? refuse("stream.unknown", "none") },
      );
    },
  })),
  broken("capability.failure-codes", "refuses by a code of its own", () => ({
    async run(grant) {
      const { values } = await grant.stream("level");
      return values.length > 0 ? soundRun(grant) : refuse("broken.no-level" as ErrorCode, "there is no level");
    },
  })),
  broken("capability.failure-codes", "refuses without a hint", () => ({
    async run(grant) {
      const { values } = await grant.stream("level");
      return values.length > 0 ? soundRun(grant) : refuse("capability.refused", "there is no level");
    },
  })),
  broken("capability.result-is-plain-data", "answers infinity", () => ({
    answer: (answer) => ({ ...answer, result: { value: Infinity } }),
  })),
  broken("capability.comparison", "compares one individual twice", () => ({
    answer({ comparison, ...answer }) {
      if (comparison.kind !== "compared") return { ...answer, comparison };
      return {
        ...answer,
        comparison: { kind: "compared", comparison: { ...comparison.comparison, individuals: ["a", "a", "b"] } },
      };
    },
  })),
  broken("capability.comparison", "inherits a verdict from a model that nobody saved", () => ({
    answer: (answer) => ({ ...answer, comparison: { kind: "inherited", modelId: "model-7" } }),
  })),
  broken("capability.prediction", "predicts outside of its own interval", () => ({
    answer: ({ prediction, ...answer }) => ({
      ...answer,
      ...(prediction && { prediction: { ...prediction, value: 1e6 } }),
    }),
  })),
  broken("capability.parameters", "learns a parameter without a unit", () => ({
    answer: (answer) => ({ ...answer, parameters: { mean: { value: 1, standardDeviation: 1, unit: "" } } }),
  })),
  broken("capability.repeats", "counts how often it was asked", () => {
    let asked = 0;
    return { answer: (answer) => ({ ...answer, result: { value: (asked += 1) } }) };
  }),
  broken("capability.uses-only-its-grant", "reads the clock", () => ({
    async run(grant) {
      await grant.progress(0, `begun at ${Date.now()}`);
      return soundRun(grant);
    },
  })),
  broken("capability.uses-only-its-grant", "rolls a die of its own, and hides it", () => ({
    async run(grant) {
      try {
        crypto.getRandomValues(new Uint8Array(1));
      } catch {
        // nobody sees it
      }
      return soundRun(grant);
    },
  })),
  broken("capability.uses-only-its-grant", "reaches out to the network", () => ({
    async run(grant) {
      await fetch("data:,level").catch(() => undefined);
      return soundRun(grant);
    },
  })),
  broken("capability.any-seed", "answers for one seed only", () => ({
    async run(grant) {
      if (grant.random() !== randomFrom(seedFor(SEED, "/"))()) throw new RangeError("an unlucky draw");
      return soundRun(grant);
    },
  })),
  broken("capability.programs-as-declared", "sends a kind of program that it does not declare", () => ({
    async run(grant) {
      await grant.backend.run({ kind: "sample", circuit: circuit(1).build(), parameters: noParameters, shots: 1 });
      return soundRun(grant);
    },
  })),
  broken("capability.programs-as-declared", "sends more qubits than it declares", () => ({
    async run(grant) {
      await grant.backend.run({
        kind: "expectation",
        circuit: circuit(2).build(),
        parameters: noParameters,
        observables: [],
      });
      return soundRun(grant);
    },
  })),
  broken("capability.any-backend", "asks which backend it has", () => ({
    async run(grant) {
      if (!grant.backend.description.exact) throw new Error("only exact numbers will do");
      return soundRun(grant);
    },
  })),
  broken("capability.replays", "remembers answers of an earlier run", () => {
    let remembered: Grant["backend"] | undefined;
    return {
      async run(grant) {
        const answer = await soundRun({ ...grant, backend: remembered ?? grant.backend });
        const values = Float64Array.of(answer.result.value);
        remembered = { description: grant.backend.description, run: async () => ({ values }) as never };
        return answer;
      },
    };
  }),
  broken("capability.tells-progress", "falls back in its progress", () => ({
    async run(grant) {
      await grant.progress(0.9, "almost there");
      return soundRun(grant);
    },
  })),
  broken("capability.gives-way", "works long without telling its progress", () => ({
    example: { ...soundExample, long: true },
  })),
  broken("capability.gives-way", "holds its thread longer than its patience", () => ({
    capability: { patienceMs: 100 },
    run(grant) {
      for (const end = clockMs() + 150; clockMs() < end;);
      return soundRun(grant);
    },
  })),
  broken("capability.stops", "never ends once it is cancelled", () => ({
    run: (grant) =>
      soundRun(grant).catch((error: unknown) => {
        if (!grant.signal.aborted) throw error;
        return new Promise<never>(() => undefined);
      }),
  })),
  broken("capability.stops", "invents an answer once it is cancelled", () => ({
    run: (grant) =>
      soundRun(grant).catch((error: unknown) => {
        if (!grant.signal.aborted) throw error;
        return { result: { value: 0 }, comparison: { kind: "not-compared", reason: "it was in a hurry" } };
      }),
  })),
];
