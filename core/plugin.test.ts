import * as v from "valibot";
import { expect, expectTypeOf, test } from "vitest";
import { defineCapability, type Capability } from "./capability.ts";
import { definePlugin, manifestOf, type Plugin } from "./plugin.ts";
import type { GrantedBackend } from "./grant.ts";
import type { ExpectationProgram, ExpectationResult } from "./program/program.ts";
import type { Reader } from "./reader.ts";
import { memoryBackend } from "./run/testing/memory-backend.ts";

const capability = (id: string): Capability =>
  defineCapability({
    id,
    title: "How long it still runs",
    subject: { kind: "twin", type: "pump.pump@1" },
    input: v.strictObject({ horizon: v.optional(v.pipe(v.number(), v.minValue(1)), 30) }),
    result: v.strictObject({ cycles: v.number() }),
    needs: { backend: { kinds: ["sample"], qubits: 3 } },
    patienceMs: 1000,
    run: async () => ({ result: { cycles: 1 }, comparison: { kind: "not-compared", reason: "none" } }),
  });
const reader = (id: string): Reader => ({ id, title: "Rows of numbers", mediaTypes: ["text/csv"] });
const pump = {
  id: "pump.pump@1",
  title: "A pump",
  properties: v.object({ place: v.string() }),
  streams: { pressure: { title: "Pressure", unit: "kPa" } },
  links: { feeds: { to: "pump.pump@1", title: "The next pump" } },
};
const plugin = (more: Partial<Plugin> = {}): Plugin => ({
  name: "pump",
  version: "1.2.3",
  contract: 1,
  title: "Pumps",
  twinTypes: [pump],
  capabilities: [capability("pump.life@1"), capability("pump.life@2")],
  backends: [memoryBackend()],
  readers: [reader("pump.csv")],
  ...more,
});

test("a sound plugin is taken as it is", () => {
  const sound = plugin();
  expect(definePlugin(sound)).toBe(sound);
});

test.each<[string, Partial<Plugin>, RegExp]>([
  ["another plugin's name", { capabilities: [capability("fan.life@1")] }, /"fan\.life@1"/],
  ["no major", { capabilities: [capability("pump.life")] }, /"pump\.life"/],
  ["a zero major", { capabilities: [capability("pump.life@0")] }, /"pump\.life@0"/],
  ["a minor", { capabilities: [capability("pump.life@1.2")] }, /"pump\.life@1\.2"/],
  ["capital letters", { capabilities: [capability("pump.Life@1")] }, /"pump\.Life@1"/],
  ["a twin type without a major", { twinTypes: [{ ...pump, id: "pump.pump" }] }, /"pump\.pump"/],
  ["one capability twice", { capabilities: [capability("pump.life@1"), capability("pump.life@1")] }, /twice/],
  ["a capability named like a twin type", { capabilities: [capability("pump.pump@1")] }, /twice/],
  ["one reader twice", { readers: [reader("pump.csv"), reader("pump.csv")] }, /twice/],
  [
    "a model format without a major",
    { capabilities: [{ ...capability("pump.life@1"), reads: ["pump.fit"] }] },
    /reads "pump\.fit"/,
  ],
  ["a version that is not semantic", { version: "1.2" }, /"1\.2"/],
  ["a name that matches any name", { name: "[a-z]+", twinTypes: [], capabilities: [] }, /\[a-z\]\+/],
  [
    "an index of what is no property",
    { twinTypes: [{ ...pump, indexed: ["site"] }] },
    /indexed "site" of pump\.pump@1/,
  ],
  ["an empty name", { name: "", twinTypes: [], capabilities: [] }, /""/],
])("refuses %s", (_what, more, complaint) => {
  expect(() => definePlugin(plugin(more))).toThrow(complaint);
});

test("a plugin of nothing but a name is a plugin", async () => {
  const bare = definePlugin({ name: "bare", version: "0.1.0", contract: 1, title: "Nothing" });
  expect(await manifestOf(bare)).toMatchObject({ twinTypes: [], capabilities: [], backends: [], readers: [] });
});

test("a manifest is plain JSON: everything of the plugin but what runs", async () => {
  const manifest = await manifestOf(plugin());
  expect(JSON.parse(JSON.stringify(manifest))).toStrictEqual(manifest);
  expect(manifest).toMatchObject({
    name: "pump",
    version: "1.2.3",
    contract: 1,
    title: "Pumps",
    twinTypes: [{ id: "pump.pump@1", streams: pump.streams, links: pump.links }],
    backends: [{ name: "memory", kinds: ["sample"], submission: "findable" }],
    readers: [{ id: "pump.csv", title: "Rows of numbers", mediaTypes: ["text/csv"] }],
  });
  const [life] = manifest.capabilities;
  expect(Object.keys(life ?? {}).toSorted()).toEqual([
    "id",
    "input",
    "needs",
    "patienceMs",
    "result",
    "subject",
    "title",
  ]);
});

test("schemas are published as JSON Schema, with their bounds and defaults", async () => {
  const { capabilities, twinTypes } = await manifestOf(plugin());
  expect(capabilities[0]?.input).toMatchObject({
    type: "object",
    additionalProperties: false,
    properties: { horizon: { type: "number", minimum: 1, default: 30 } },
    required: [],
  });
  expect(capabilities[0]?.result).toMatchObject({ required: ["cycles"] });
  expect(twinTypes[0]?.properties).toMatchObject({ properties: { place: { type: "string" } } });
});

test("a granted backend answers in the kind of the program", () => {
  const run = (backend: GrantedBackend, program: ExpectationProgram) => backend.run(program);
  expectTypeOf(run).returns.resolves.toEqualTypeOf<ExpectationResult>();
});

test("an upgrade leads from an older major to streams of its own, in the same unit", () => {
  const gauge = { title: "A gauge", properties: v.object({}), links: {} };
  const level = { title: "Level", unit: "m" };
  const upgrading = (upgrade: object, streams = { depth: level }) =>
    definePlugin({
      name: "broken",
      version: "0.1.0",
      contract: 1,
      title: "Gauges",
      twinTypes: [
        { ...gauge, id: "broken.gauge@1", streams: { level } },
        {
          ...gauge,
          id: "broken.gauge@2",
          streams,
          upgrade: { from: "broken.gauge@1", properties: () => ({}), example: () => ({}), ...upgrade },
        },
      ],
    });
  expect(() => upgrading({ streams: { level: "depth" } })).not.toThrow();
  expect(() => upgrading({ from: "broken.gauge@2" })).toThrow(/no older major/);
  expect(() => upgrading({ from: "broken.vane@1" })).toThrow(/no older major/);
  expect(() => upgrading({ streams: { level: "height" } })).toThrow(/does not declare/);
  expect(() => upgrading({ streams: { level: "depth" } }, { depth: { title: "Depth", unit: "cm" } })).toThrow(
    /kept in m/,
  );
});
