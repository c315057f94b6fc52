// Versions on purpose: a capability in two majors, models of two formats, and a tank whose type has grown four majors.

import * as v from "valibot";
import { defineCapability, refuse, type Answer, type Capability, type TwinType } from "../../index.ts";

const comparison = { kind: "not-compared", reason: "a control has nothing to compare" } as const;
const level = { title: "Level", unit: "m" };
const temperature = { title: "Temperature", unit: "K" };

const TANK = "broken.tank";

/** Of a release: the first one cannot upgrade a tank whose place is unknown, the next one can. */
export const tankTypes = ({ mended }: { mended: boolean }): TwinType[] => [
  {
    id: `${TANK}@1`,
    title: "A tank at a place",
    properties: v.strictObject({ place: v.string() }),
    indexed: ["place"],
    streams: { level, pressure: { title: "Pressure", unit: "kPa" } },
    links: {},
  },
  {
    id: `${TANK}@2`,
    title: "A tank at a site",
    properties: v.strictObject({ site: v.strictObject({ name: v.string() }) }),
    streams: { depth: level, temperature },
    links: {},
    upgrade: {
      from: `${TANK}@1`,
      streams: { level: "depth" },
      example: () => ({ place: "harbour" }),
      properties({ place }) {
        if (place === "unknown" && !mended)
          refuse("capability.refused", "a site needs a name", { hint: "Say where the tank stands." });
        return { site: { name: String(place) } };
      },
    },
  },
  {
    id: `${TANK}@3`,
    title: "A tank at a site with an owner",
    properties: v.strictObject({ site: v.strictObject({ name: v.string() }), owner: v.string() }),
    indexed: ["owner"],
    // Another quantity under a name that the first major used.
    streams: { depth: level, temperature, level: { title: "Noise level", unit: "dB" } },
    links: {},
    upgrade: {
      from: `${TANK}@2`,
      example: () => ({ site: { name: "harbour" } }),
      properties: (old) => ({ ...old, owner: "nobody" }),
    },
  },
];

/** What it sees of the stream that its major names so. */
const seeing = (major: number, stream: string): Capability =>
  defineCapability({
    id: `broken.tank-seen@${major}`,
    title: `What a tank of major ${major} shows`,
    subject: { kind: "twin", type: `${TANK}@${major}` },
    input: v.strictObject({}),
    result: v.strictObject({ values: v.array(v.number()), properties: v.unknown(), revision: v.number() }),
    needs: {},
    patienceMs: 5_000,
    async run(_input, { subject, stream: read }) {
      if (subject.kind !== "twin") return refuse("subject.wrong-type", "it is asked about a tank");
      const { properties, revision } = subject;
      return { result: { values: [...(await read(stream)).values], properties, revision }, comparison };
    },
  });

const learning = (name: string, format: string): Capability =>
  defineCapability({
    id: `broken.${name}@1`,
    title: `Saves a model as ${format}`,
    subject: { kind: "twin", type: "broken.gauge@1" },
    input: v.strictObject({}),
    result: v.strictObject({ model: v.string() }),
    needs: {},
    patienceMs: 5_000,
    async run(_input, grant): Promise<Answer<{ model: string }>> {
      const { id } = await grant.saveModel({ title: "a slope", format, body: { slope: 0.5 } });
      return { result: { model: id }, comparison };
    },
  });

/** The second major takes several models at once: another input and another result under the same name. */
const recallOne = defineCapability({
  id: "broken.recall@1",
  title: "The slope of a model",
  subject: { kind: "twin", type: "broken.gauge@1" },
  input: v.strictObject({ model: v.string() }),
  result: v.strictObject({ slope: v.number() }),
  needs: {},
  reads: ["broken.fit@1"],
  patienceMs: 5_000,
  async run({ model }, grant) {
    const { body } = await grant.model(model);
    return { result: { slope: (body as { slope: number }).slope }, comparison: { kind: "inherited", modelId: model } };
  },
});

const recallSeveral = defineCapability({
  id: "broken.recall@2",
  title: "The slopes of several models, of either format",
  subject: { kind: "twin", type: "broken.gauge@1" },
  input: v.strictObject({ models: v.pipe(v.array(v.string()), v.minLength(1)) }),
  result: v.strictObject({ slopes: v.array(v.number()) }),
  needs: {},
  reads: ["broken.fit@1", "broken.fit@2"],
  patienceMs: 5_000,
  async run({ models }, grant) {
    const slopes: number[] = [];
    for (const id of models) slopes.push(((await grant.model(id)).body as { slope: number }).slope);
    return { result: { slopes }, comparison };
  },
});

export const versionedCapabilities: readonly Capability[] = [
  seeing(1, "level"),
  seeing(2, "depth"),
  seeing(3, "depth"),
  learning("learn", "broken.fit@1"),
  learning("learn-anew", "broken.fit@2"),
  learning("learn-abroad", "other.fit@1"),
  recallOne,
  recallSeveral,
];
