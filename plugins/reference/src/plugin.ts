// The smallest complete plugin: a wind vane, and the question from where the wind has blown.

import { batch, circuit, defineCapability, definePlugin, pauli, refuse } from "@eigentwin/core";
import * as v from "valibot";

/** A qubit turned by an angle: its mean of Z is the cosine, its mean of X the sine. */
const needle = circuit(1, ["direction"]).add("ry", 0, "direction").build();

const meanDirection = defineCapability({
  id: "reference.mean-direction@1",
  title: "Mean direction of the wind at a vane",
  subject: { kind: "twin", type: "reference.vane@1" },
  input: v.strictObject({ latest: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 1000) }),
  result: v.object({
    direction: v.pipe(v.number(), v.description("radians from north, clockwise")),
    steadiness: v.pipe(v.number(), v.description("1: always the same direction; 0: no direction at all")),
  }),
  needs: { backend: { kinds: ["expectation"], qubits: 1 } },
  patienceMs: 5_000,
  example: () => ({
    input: { latest: 3 },
    streams: { direction: { observedAtMs: Float64Array.of(0, 1, 2), values: Float64Array.of(6.2, 0.1, 0.3) } },
  }),
  async run({ latest }, grant) {
    const values = (await grant.stream("direction")).values.slice(-latest);
    if (values.length === 0)
      refuse("capability.refused", "this vane was never read", { hint: "Send points of its stream `direction`." });
    const means = await grant.backend.run({
      kind: "expectation",
      circuit: needle,
      parameters: batch(Array.from(values, (direction) => [direction])),
      observables: [pauli("Z"), pauli("X")],
    });
    const mean = (column: number) =>
      means.values.reduce((sum, value, index) => (index % 2 === column ? sum + value : sum), 0) / values.length;
    const [cosine, sine] = [mean(0), mean(1)];
    return {
      result: { direction: Math.atan2(sine, cosine), steadiness: Math.hypot(sine, cosine) },
      comparison: { kind: "not-compared", reason: "a mean of one vane predicts nothing that could be held out" },
    };
  },
});

export const referencePlugin = definePlugin({
  name: "reference",
  version: "0.1.0",
  contract: 1,
  title: "Reference: the smallest complete plugin",
  twinTypes: [
    {
      id: "reference.vane@1",
      title: "Wind vane",
      properties: v.object({ place: v.optional(v.string()) }),
      indexed: ["place"],
      streams: { direction: { title: "Direction that the wind comes from", unit: "rad" } },
      links: {},
    },
  ],
  capabilities: [meanDirection],
});
