import fc from "fast-check";
import { expect, test } from "vitest";
import type { Backend } from "./backend.ts";
import { Refusal } from "./failure.ts";
import { learningPlugin } from "./conformance/broken/models.ts";
import { pluginOf } from "./conformance/broken/sound.ts";
import { upgradingPlugin } from "./conformance/broken/twin-types.ts";
import { checkManifest, clashBetween } from "./manifest.ts";
import { definePlugin, manifestOf, type Manifest } from "./plugin.ts";

const sound = await manifestOf(pluginOf());

function refusalOf(value: unknown): string {
  try {
    checkManifest(value, "broken");
    return "sound";
  } catch (error) {
    if (error instanceof Refusal) return error.failure.message;
    throw error;
  }
}

/** Whatever a description may leave out is in it. */
const withEveryMember = (of: Backend): Backend => ({
  ...of,
  describe: async () => ({
    ...(await of.describe()),
    gates: ["cz", "unitary", "diagonal", "measure", "if"],
    controls: 0,
    tolerance: 1e-5,
    annealOptions: { sweeps: "how often each variable is offered a flip; 1000" },
    secrets: ["token"],
  }),
});

test.each([
  ["backends, readers, a twin type", pluginOf()],
  ["models", learningPlugin()],
  ["upgrades", upgradingPlugin()],
  ["a backend of few operations, with secrets and options", pluginOf({ backend: withEveryMember })],
  ["nothing", definePlugin({ name: "broken", version: "0.1.0", contract: 1, title: "Nothing" })],
])("a manifest with %s is sound, and comes out as it went in", async (_what, plugin) => {
  const manifest = JSON.parse(JSON.stringify(await manifestOf(plugin))) as Manifest;
  expect(checkManifest(structuredClone(manifest), "broken")).toEqual(manifest);
});

const [type] = sound.twinTypes;
const [capability] = sound.capabilities;
const [backend] = sound.backends;

test.each<[string, unknown, RegExp]>([
  ["another contract", { ...sound, contract: 2, capabilities: "of another shape" }, /speaks contract 2.*speaks 1/],
  ["no contract", {}, /speaks contract undefined/],
  ["nothing at all", undefined, /speaks contract undefined/],
  ["another name", { ...sound, name: "other" }, /bound as broken and calls itself other/],
  ["a version that is not semantic", { ...sound, version: "1" }, /\/version/],
  ["no list of readers", { ...sound, readers: undefined }, /\/readers/],
  ["a type of another plugin", { ...sound, twinTypes: [{ ...type, id: "other.gauge@1" }] }, /"other\.gauge@1"/],
  ["a type without a major", { ...sound, twinTypes: [{ ...type, id: "broken.gauge" }] }, /\/twinTypes\/0\/id/],
  ["one type twice", { ...sound, twinTypes: [type, type] }, /twin type broken\.gauge@1 twice/],
  [
    "a stream without a unit",
    { ...sound, twinTypes: [{ ...type, streams: { a: { title: "" } } }] },
    /streams\/a\/unit/,
  ],
  [
    "a stream that keeps its points for a month of no length",
    { ...sound, twinTypes: [{ ...type, streams: { a: { title: "", unit: "1", retention: "P1M" } } }] },
    /streams\/a\/retention: a retention/,
  ],
  ["an index of what is no property", { ...sound, twinTypes: [{ ...type, indexed: ["none"] }] }, /indexed "none"/],
  [
    "more streams than a twin holds",
    {
      ...sound,
      twinTypes: [
        {
          ...type,
          streams: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`s${at}`, { title: "", unit: "1" }])),
        },
      ],
    },
    /at most 500 streams/,
  ],
  ["a type that is personal in a word", { ...sound, twinTypes: [{ ...type, personal: "yes" }] }, /personal/],
  [
    "an upgrade of itself",
    { ...sound, twinTypes: [{ ...type, upgradesFrom: { type: "broken.gauge@1", streams: {} } }] },
    /no older major/,
  ],
  ["no patience", { ...sound, capabilities: [{ ...capability, patienceMs: 0 }] }, /patienceMs/],
  ["a format without a major", { ...sound, capabilities: [{ ...capability, reads: ["broken.fit"] }] }, /reads\/0/],
  ["an unknown kind of program", { ...sound, backends: [{ ...backend, kinds: ["guess"] }] }, /backends\/0\/kinds/],
  ["an operation of no name", { ...sound, backends: [{ ...backend, gates: ["h", "guess"] }] }, /backends\/0\/gates\/1/],
  ["half a control", { ...sound, backends: [{ ...backend, controls: 0.5 }] }, /backends\/0\/controls/],
  ["noise as a tolerance", { ...sound, backends: [{ ...backend, tolerance: 0.1 }] }, /backends\/0\/tolerance/],
  ["a secret of no name", { ...sound, backends: [{ ...backend, secrets: [""] }] }, /backends\/0\/secrets\/0/],
  [
    "an option of annealing that means nothing",
    { ...sound, backends: [{ ...backend, annealOptions: { sweeps: "" } }] },
    /backends\/0\/annealOptions\/sweeps/,
  ],
  [
    "a price below zero",
    { ...sound, backends: [{ ...backend, prices: { ...backend?.prices, perShot: -1 } }] },
    /perShot/,
  ],
  ["a reader of no name", { ...sound, readers: [{ id: "csv", title: "CSV", mediaTypes: [] }] }, /reader "csv"/],
])("%s is refused", (_what, value, why) => expect(refusalOf(value)).toMatch(why));

test("anything at all is sound or refused, and never breaks the check", () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...Object.keys(sound)), (value, member) => {
      expect(refusalOf(value)).not.toBe("sound");
      expect(refusalOf({ ...sound, [member]: value })).toBeTypeOf("string");
    }),
  );
});

test("two plugins clash where both claim one thing", () => {
  const other = { ...sound, name: "other", twinTypes: [], capabilities: [], readers: [] };
  expect(clashBetween(sound, other)).toBe("backend broken");
  expect(clashBetween(sound, { ...other, backends: [] })).toBeUndefined();
});
