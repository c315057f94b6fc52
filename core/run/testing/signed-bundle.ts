// A bundle as a deployment would make it, from a key of the test's own: a prediction that inherits from a training run.

import { canonicalJson, digest, digestBytes, digestJson } from "../../codec.ts";
import { BUNDLE_SCHEMA, type EvidenceBundle } from "../bundle.ts";
import { comparisonText, type ComparisonBody } from "../comparison-body.ts";
import { compare, type Comparison } from "../compare.ts";
import { EVIDENCE_SCHEMA, type Evidence } from "../evidence.ts";
import { nothingSpent } from "../quote.ts";
import { seedFor } from "../random.ts";
import { base64Url, publicKeyOf, type PublicKey } from "../signature.ts";

export interface TestSigner {
  publicKey: PublicKey;
  sign(evidence: Evidence, body: Partial<EvidenceBundle>): Promise<EvidenceBundle>;
}

export async function testSigner(): Promise<TestSigner> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const point = (await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer;
  const publicKey = await publicKeyOf(base64Url(new Uint8Array(point)));
  return {
    publicKey,
    async sign(evidence, body) {
      const text = canonicalJson(evidence);
      const bytes = new TextEncoder().encode(text);
      const value = base64Url(new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes)));
      return {
        schema: BUNDLE_SCHEMA,
        evidence: text,
        evidenceDigest: await digestBytes(bytes),
        signature: { keyId: publicKey.kid, algorithm: "Ed25519", value },
        publicKey,
        ...body,
      };
    },
  };
}

const comparison: Comparison = {
  metric: "RMSE",
  unit: "cycles",
  aggregate: "root-mean",
  margin: 0.5,
  individuals: ["engine-1", "engine-2", "engine-3", "engine-4"],
  quantum: { name: "quantum-projected", losses: Float64Array.of(4, 9.5, 1, 16) },
  baseline: { name: "boosting", losses: Float64Array.of(1, 4, 0.25, 9) },
  heldOut: "training engines, 2-fold cross-validation",
};

export async function evidenceOf(run: string, more: Partial<Evidence> & { inputBody: unknown }): Promise<Evidence> {
  const { inputBody, ...members } = more;
  return {
    schema: EVIDENCE_SCHEMA,
    run: { id: run, capability: "a@1", seed: 7, acceptedAt: "2026-01-01", finishedAt: "2026-01-01", attempts: 1 },
    subject: { kind: "dataset", id: "engines" },
    input: await digestJson(inputBody),
    outcome: { state: "failed", failure: { code: "run.cancelled", message: "" } },
    materials: [],
    plugin: { name: "a", version: "1.0.0" },
    backend: {
      name: "exact",
      plugin: { name: "b", version: "1.0.0" },
      exact: true,
      noise: "none",
      currency: "USD",
      passedOver: [],
    },
    executedBy: null,
    cost: nothingSpent("USD"),
    verdict: { word: "not-compared", reason: "the run was cancelled" },
    synthetic: true,
    ...members,
  };
}

export const MODEL = { id: "model_1", digest: await digest("the model's body") };

export async function trainingBundle({ sign }: TestSigner): Promise<EvidenceBundle> {
  const [inputBody, result] = [{ folds: 2 }, { model: MODEL.id }];
  const body = JSON.parse(comparisonText(comparison)) as ComparisonBody;
  const evidence = await evidenceOf("run_training", {
    inputBody,
    outcome: { state: "succeeded", result: await digestJson(result) },
    verdict: compare(comparison, seedFor(7, "compare")),
    comparison: await digestJson(body),
    models: [MODEL],
  });
  return sign(evidence, { input: inputBody, result, comparison: body });
}

export async function predictionBundle(signer: TestSigner): Promise<EvidenceBundle> {
  const inherited = await trainingBundle(signer);
  const [inputBody, result] = [{ model: MODEL.id }, { value: 41.5, note: "é" }];
  const asked = `/|read:${await digest({ model: MODEL.id })}|0`;
  const evidence = await evidenceOf("run_prediction", {
    inputBody,
    outcome: { state: "succeeded", result: await digestJson(result) },
    materials: [{ key: asked, kind: "read", digest: await digest("the model") }],
    verdict: (JSON.parse(inherited.evidence) as Evidence).verdict,
    models: [],
    inheritedFrom: { modelId: MODEL.id, modelDigest: MODEL.digest },
  });
  return signer.sign(evidence, { input: inputBody, result, inherited });
}
