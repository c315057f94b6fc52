import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { canonicalJson, digestBytes, digestJson } from "../codec.ts";
import { NOT_VOUCHED, type EvidenceBundle } from "./bundle.ts";
import type { Evidence } from "./evidence.ts";
import { evidenceOf, predictionBundle, testSigner, trainingBundle, type TestSigner } from "./testing/signed-bundle.ts";
import { evidenceOutcome, verifyEvidence } from "./verify.ts";

let signer: TestSigner;
let training: EvidenceBundle;
let prediction: EvidenceBundle;
beforeAll(async () => {
  signer = await testSigner();
  training = await trainingBundle(signer);
  prediction = await predictionBundle(signer);
});

const keySet = () => ({ keys: [signer.publicKey] });
const statesOf = async (bundle: unknown, keys?: Parameters<typeof verifyEvidence>[1]) =>
  Object.fromEntries(
    (await verifyEvidence(bundle, keys)).map(({ check, about, state }) => [`${about} ${check}`, state] as const),
  );
const outcomeOf = async (bundle: unknown, keys?: Parameters<typeof verifyEvidence>[1]) =>
  evidenceOutcome(await verifyEvidence(bundle, keys));
const evidenceIn = ({ evidence }: EvidenceBundle) => JSON.parse(evidence) as Evidence;

describe("a bundle as it was made", () => {
  test("holds in every check, with the keys that its deployment publishes", async () => {
    expect(await statesOf(prediction, keySet())).toEqual({
      "run_prediction canonical text": "pass",
      "run_prediction evidence digest": "pass",
      "run_prediction signature": "pass",
      "run_prediction key": "pass",
      "run_prediction input": "pass",
      "run_prediction result": "pass",
      "run_prediction comparison": "not-checkable",
      "run_prediction verdict": "not-checkable",
      "run_prediction model was read": "pass",
      "run_prediction model was saved": "pass",
      "run_prediction inherited verdict": "pass",
      "run_training canonical text": "pass",
      "run_training evidence digest": "pass",
      "run_training signature": "pass",
      "run_training key": "pass",
      "run_training input": "pass",
      "run_training result": "pass",
      "run_training comparison": "pass",
      "run_training verdict": "pass",
    });
  });

  test("vouches for itself where no keys are named, which is no pass", async () => {
    expect(await statesOf(training)).toMatchObject({ "run_training key": "self-vouched" });
    expect(await outcomeOf(training)).toBe("holds");
  });

  test("of a run that was cancelled has no result and no losses, and holds", async () => {
    const bundle = await signer.sign(await evidenceOf("run_c", { inputBody: {} }), { input: {} });
    expect(await statesOf(bundle, keySet())).toMatchObject({ "run_c result": "not-checkable", "run_c input": "pass" });
    expect(await outcomeOf(bundle, keySet())).toBe("holds");
    expect(await outcomeOf({ ...bundle, result: 1 }, keySet())).toBe("fails");
  });

  test("may be handed on without its data: what hangs on them is not checkable", async () => {
    const { result: _result, input: _input, comparison: _comparison, ...bare } = training;
    expect(await statesOf(bare, keySet())).toMatchObject({
      "run_training input": "not-checkable",
      "run_training result": "not-checkable",
      "run_training verdict": "not-checkable",
    });
    expect(await outcomeOf(bare, keySet())).toBe("holds");
  });
});

describe("keys", () => {
  test("of another deployment fail", async () => {
    const stranger = await testSigner();
    expect(await statesOf(training, { keys: [stranger.publicKey] })).toMatchObject({ "run_training key": "fail" });
    expect(await outcomeOf({ ...training, publicKey: stranger.publicKey })).toBe("fails");
    const forged = await stranger.sign(evidenceIn(training), { input: training.input });
    expect(await outcomeOf(forged)).toBe("holds");
    expect(await outcomeOf(forged, keySet())).toBe("fails");
  });

  test("that the deployment adopted are told as such", async () => {
    const keys = { keys: [{ ...signer.publicKey, adoptedAt: "2026-02-01T00:00:00Z" }] };
    expect(await statesOf(training, keys)).toMatchObject({ "run_training key": "adopted" });
  });

  test("that sign a restored run's evidence vouch for what came after the restore, and the finding says so", async () => {
    const restored = await signer.sign({ ...evidenceIn(training), restored: true }, { input: training.input });
    const detailOf = async (bundle: EvidenceBundle) =>
      (await verifyEvidence(bundle, keySet())).find(({ check }) => check === "signature")?.detail;
    expect(await detailOf(restored)).toContain("restored");
    expect(await detailOf(training)).not.toContain("restored");
  });

  test("that are retired still stand", async () => {
    const keys = { keys: [{ ...signer.publicKey, retiredAt: "2026-02-01T00:00:00Z" }] };
    expect(await statesOf(training, keys)).toMatchObject({ "run_training key": "pass" });
  });

  test("are found among the named ones where the file brings none", async () => {
    expect(await outcomeOf({ ...training, publicKey: null }, keySet())).toBe("holds");
    expect(await outcomeOf({ ...training, publicKey: null })).toBe("unsigned");
  });
});

describe("evidence without a signature", () => {
  const unsigned = { signature: null, publicKey: null, unsigned: "the run ended before" };

  test("has one member that nobody vouches for: why it has none", async () => {
    expect(NOT_VOUCHED).toEqual(["unsigned"]);
    const bundle = { ...training, ...unsigned };
    for (const path of leavesOf(bundle).filter((one) => !NOT_VOUCHED.includes(String(one[0])))) {
      const changed = JSON.parse(JSON.stringify(withLeaf(bundle, path, "x")));
      // Whoever may write the whole file may also write evidence that nobody has signed; its digest still tells it apart.
      expect(await outcomeOf(changed)).toBe("fails");
    }
    expect(await outcomeOf({ ...bundle, unsigned: "x" })).toBe("unsigned");
  });

  test("is told as unsigned, with the reason, and nobody vouches for it", async () => {
    const findings = await verifyEvidence({ ...training, ...unsigned });
    expect(findings.find(({ check }) => check === "signature")).toMatchObject({
      state: "not-checkable",
      detail: "there is none: the run ended before",
    });
    expect(evidenceOutcome(findings)).toBe("unsigned");
  });

  test("fails where keys are named that should have signed it: a signature may have been taken away", async () => {
    expect(await outcomeOf({ ...training, ...unsigned }, keySet())).toBe("fails");
    expect(await outcomeOf({ ...training, signature: null }, keySet())).toBe("fails");
    expect(await outcomeOf({ ...training, signature: null })).toBe("fails");
  });

  test("of an old training run leaves the prediction's own signature standing", async () => {
    const { comparison: _comparison, models: _models, ...old } = evidenceIn(training);
    const text = canonicalJson(old);
    const bundle = {
      ...training,
      ...unsigned,
      evidence: text,
      evidenceDigest: await digestBytes(new TextEncoder().encode(text)),
    };
    const { comparison: _losses, ...inherited } = bundle;
    expect(await statesOf({ ...prediction, inherited }, keySet())).toMatchObject({
      "run_prediction model was saved": "not-checkable",
      "run_prediction inherited verdict": "pass",
      "run_training key": "not-checkable",
      "run_training verdict": "not-checkable",
    });
    expect(await outcomeOf({ ...prediction, inherited }, keySet())).toBe("holds");
  });
});

describe("a deployment that says what does not follow", () => {
  const signedAgain = async (of: EvidenceBundle, change: Partial<Evidence>) =>
    signer.sign({ ...evidenceIn(of), ...change }, { input: of.input, result: of.result });

  test("signs a verdict that is not that of the losses", async () => {
    const { verdict } = evidenceIn(training);
    const lying = await signer.sign(
      { ...evidenceIn(training), verdict: { ...verdict, word: "better" } },
      { input: training.input, result: training.result, comparison: training.comparison as never },
    );
    expect(await statesOf(lying, keySet())).toMatchObject({ "run_training verdict": "fail" });
  });

  test("signs a text that is not canonical, so that others would digest another one", async () => {
    const spaced = `${training.evidence} `;
    const digest = await digestBytes(new TextEncoder().encode(spaced));
    expect(await statesOf({ ...training, evidence: spaced, evidenceDigest: digest })).toMatchObject({
      "run_training canonical text": "fail",
      "run_training evidence digest": "pass",
    });
  });

  test("signs losses that nothing can be compared by", async () => {
    const comparison = { ...training.comparison, individuals: ["a", "a", "b", "c"] } as never;
    const lying = await signer.sign(
      { ...evidenceIn(training), comparison: await digestJson(comparison) },
      { input: training.input, result: training.result, comparison },
    );
    expect(await statesOf(lying, keySet())).toMatchObject({
      "run_training comparison": "pass",
      "run_training verdict": "fail",
    });
  });

  test.each<[string, Partial<Evidence>]>([
    ["inherited verdict", { verdict: { word: "better", reason: "it says so" } }],
    ["model was saved", { inheritedFrom: { modelId: "model_1", modelDigest: "sha256:other" } }],
    ["model was read", { materials: [{ key: "/|read:sha256:other|0", kind: "read", digest: "sha256:0" }] }],
  ])("signs a chain that is broken: %s", async (check, change) => {
    const lying = { ...(await signedAgain(prediction, change)), inherited: prediction.inherited };
    expect(await statesOf(lying, keySet())).toMatchObject({ [`run_prediction ${check}`]: "fail" });
  });
});

type Path = (string | number)[];

/** Every leaf of a JSON value. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) =>
    leavesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}

function withLeaf(value: unknown, [key, ...rest]: Path, leaf: unknown): unknown {
  if (key === undefined) return leaf;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = withLeaf(copy[key], rest, leaf);
  return copy;
}

describe("tampering", () => {
  const leaves = () => leavesOf(prediction);
  const at = (path: Path) =>
    path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], prediction);

  test("with any leaf, by any other value, is noticed", async () => {
    expect(leaves().length).toBeGreaterThan(40);
    for (const path of leaves())
      await fc.assert(
        fc.asyncProperty(fc.jsonValue(), async (leaf) => {
          // A number that is written the same is the same: -0 is 0 in JSON.
          fc.pre(JSON.stringify(leaf) !== JSON.stringify(at(path)));
          expect(await outcomeOf(JSON.parse(JSON.stringify(withLeaf(prediction, path, leaf))))).toBe("fails");
        }),
        { seed: 5, numRuns: 4 },
      );
  });

  test("with any member's name, or by one more member, is noticed", async () => {
    expect(await outcomeOf({ ...prediction, note: "checked by an expert" })).toBe("fails");
    expect(await outcomeOf({ ...prediction, unsigned: "it need not be" })).toBe("fails");
    for (const name of Object.keys(prediction)) {
      const { [name as keyof EvidenceBundle]: value, ...rest } = prediction;
      expect(await outcomeOf({ ...rest, [`${name}x`]: value })).toBe("fails");
    }
  });

  test("with any byte of the file is noticed, unless the file still means the same", async () => {
    const text = JSON.stringify(prediction);
    const bytes = new TextEncoder().encode(text);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, mask) => {
        const flipped = bytes.slice();
        flipped[place] = (flipped[place] ?? 0) ^ mask;
        const value = read(flipped);
        fc.pre(value === undefined || JSON.stringify(value) !== text);
        expect(value === undefined ? "fails" : await outcomeOf(value)).toBe("fails");
      }),
      { seed: 6, numRuns: 1500 },
    );
  });

  const read = (bytes: Uint8Array): unknown => {
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined;
    }
  };

  test("by anything that is no bundle fails, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await outcomeOf(value)).toBe("fails");
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
