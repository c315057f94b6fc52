// Checks a bundle of evidence: its signature, every digest in it, and the verdict once more from the losses. It needs no
// deployment and believes nothing but the keys that it is given.

import { canonicalJson, digest, digestBytes, digestJson, type Digest } from "../codec.ts";
import { readBundle, type EvidenceBundle, type ReadBundle } from "./bundle.ts";
import { compare } from "./compare.ts";
import { readComparison } from "./comparison-body.ts";
import type { Evidence } from "./evidence.ts";
import { seedFor } from "./random.ts";
import { keyIdOf, signatureFault, type KeySet, type PublicKey } from "./signature.ts";

/**
 * `self-vouched`: the file brings the key that it is signed with, and nobody was asked whose key that is. `adopted`: the
 * deployment publishes the key, and says that another deployment made it.
 */
export type EvidenceCheckState = "pass" | "fail" | "not-checkable" | "self-vouched" | "adopted";

export interface EvidenceFinding {
  check: string;
  /** Id of the run. */
  about: string;
  state: EvidenceCheckState;
  detail: string;
}

/** `unsigned`: nothing is wrong, and nobody vouches for it. */
export type EvidenceOutcome = "holds" | "fails" | "unsigned";

interface Looked extends ReadBundle {
  keys: KeySet | undefined;
  /** The evidence whose verdict it inherits, where the bundle brings it. */
  training: Evidence | undefined;
  isInherited: boolean;
}

type Found = [state: EvidenceCheckState, detail: string];

const SIGNATURE = "signature";
const RESTORED = "the run was restored while under way: what it did before is the word of whoever made the archive";

export async function verifyEvidence(bundle: unknown, keys?: KeySet): Promise<EvidenceFinding[]> {
  return verifyOne(bundle, keys, false);
}

export function evidenceOutcome(findings: readonly EvidenceFinding[]): EvidenceOutcome {
  if (findings.length === 0 || findings.some(({ state }) => state === "fail")) return "fails";
  // The first signature is that of the evidence itself; others are of the runs that it rests on.
  return findings.find(({ check }) => check === SIGNATURE)?.state === "pass" ? "holds" : "unsigned";
}

async function verifyOne(value: unknown, keys: KeySet | undefined, isInherited: boolean): Promise<EvidenceFinding[]> {
  const read = readBundle(value);
  if (typeof read === "string") return [{ check: "bundle", about: "unknown", state: "fail", detail: read }];
  const inner = read.bundle.inherited === undefined ? undefined : readBundle(read.bundle.inherited);
  const training = typeof inner === "object" ? inner.evidence : undefined;
  const looked: Looked = { ...read, keys, training, isInherited };
  const findings: EvidenceFinding[] = [];
  for (const [check, look] of Object.entries({ ...CHECKS, ...(inherits(read) && INHERITED_CHECKS) })) {
    const [state, detail] = await found(look, looked);
    findings.push({ check, about: read.evidence.run.id, state, detail });
  }
  if (read.bundle.inherited === undefined) return findings;
  return [...findings, ...(await verifyOne(read.bundle.inherited, keys, true))];
}

const inherits = ({ bundle, evidence }: ReadBundle): boolean =>
  evidence.inheritedFrom !== undefined || bundle.inherited !== undefined;

/** What cannot even be computed does not hold. */
async function found(look: (looked: Looked) => Promise<Found>, looked: Looked): Promise<Found> {
  try {
    return await look(looked);
  } catch (error) {
    return ["fail", error instanceof Error ? error.message : String(error)];
  }
}

const CHECKS: Record<string, (looked: Looked) => Promise<Found>> = {
  "canonical text": async ({ bundle: { evidence: text }, evidence }) =>
    canonicalJson(JSON.parse(text)) === text
      ? ["pass", `canonical JSON (RFC 8785), ${evidence.schema}`]
      : ["fail", "the evidence is not written as canonical JSON (RFC 8785)"],
  "evidence digest": async ({ bundle }) => sameDigest(bundle.evidenceDigest, await digestBytes(bytesOf(bundle))),
  [SIGNATURE]: lookAtSignature,
  key: lookAtKey,
  input: async ({ bundle, evidence }) => digestOf(bundle.input, evidence.input),
  result: async ({ bundle, evidence: { outcome } }) =>
    digestOf(
      bundle.result,
      outcome.state === "succeeded" ? outcome.result : undefined,
      `the run ${outcome.state === "failed" ? "failed" : "was cancelled"}: there is no result`,
    ),
  comparison: async ({ bundle, evidence }) =>
    digestOf(bundle.comparison, evidence.comparison, "the evidence names no comparison"),
  verdict: lookAtVerdict,
};

const INHERITED_CHECKS: typeof CHECKS = {
  "model was read": lookAtModelRead,
  "model was saved": lookAtModelSaved,
  "inherited verdict": lookAtInheritedVerdict,
};

const bytesOf = ({ evidence }: Pick<EvidenceBundle, "evidence">): Uint8Array => new TextEncoder().encode(evidence);

const sameDigest = (stated: string, computed: Digest): Found =>
  stated === computed ? ["pass", computed] : ["fail", `it says ${stated} and is ${computed}`];

async function digestOf(body: unknown, stated: Digest | undefined, whyNone = ""): Promise<Found> {
  if (stated === undefined)
    return body === undefined ? ["not-checkable", whyNone] : ["fail", `${whyNone}, yet the file brings one`];
  if (body === undefined) return ["not-checkable", "the file does not bring it"];
  return sameDigest(stated, await digestJson(body));
}

async function lookAtSignature(looked: Looked): Promise<Found> {
  const { signature, publicKey, unsigned } = looked.bundle;
  if (!signature)
    return publicKey
      ? ["fail", "a key, and no signature"]
      : ["not-checkable", `there is none: ${unsigned ?? "no word why"}`];
  if (unsigned !== undefined) return ["fail", "it is signed, and says why it is not"];
  const key = await keyOf(looked);
  if (!key)
    return ["not-checkable", `the file does not bring key ${signature.keyId}, and no set that has it was named`];
  const fault = await signatureFault(bytesOf(looked.bundle), signature, key);
  if (fault !== undefined) return ["fail", fault];
  const restored = looked.evidence.restored ? `; ${RESTORED}` : "";
  return ["pass", `Ed25519, key ${signature.keyId}${restored}`];
}

/** The key that the file brings, or the one of this id among the named keys. */
async function keyOf({ bundle, keys }: Looked): Promise<PublicKey | undefined> {
  return bundle.publicKey ?? keys?.keys.find(({ kid }) => kid === bundle.signature?.keyId);
}

async function lookAtKey(looked: Looked): Promise<Found> {
  const { bundle, keys, isInherited } = looked;
  if (!bundle.signature)
    return keys && !isInherited
      ? ["fail", "none of the named keys has signed this"]
      : ["not-checkable", "there is no signature"];
  const key = await keyOf(looked);
  if (!keys)
    return key
      ? ["self-vouched", "the file vouches for itself: compare the key with the deployment's"]
      : ["not-checkable", "the file brings no key"];
  const keyId = key && (await keyIdOf(key));
  const published = keys.keys.find(({ kid }) => kid === keyId);
  if (!published) return ["fail", `key ${bundle.signature.keyId} is none of the named keys`];
  if (published.adoptedAt !== undefined)
    return ["adopted", `the deployment took this key over at ${published.adoptedAt}; another one made it`];
  return ["pass", published.retiredAt === undefined ? "one of the named keys" : `retired at ${published.retiredAt}`];
}

async function lookAtVerdict({ bundle, evidence }: Looked): Promise<Found> {
  const { verdict, inheritedFrom, run } = evidence;
  if (bundle.comparison === undefined || evidence.comparison === undefined) {
    if (inheritedFrom) return ["not-checkable", `inherited from model ${inheritedFrom.modelId}`];
    if (verdict.word === "not-compared") return ["not-checkable", `nothing was compared: ${verdict.reason}`];
    return ["not-checkable", evidence.comparison ? "the file does not bring the losses" : "the losses were not kept"];
  }
  const recomputed = compare(readComparison(bundle.comparison), seedFor(run.seed, "compare"));
  return canonicalJson(recomputed) === canonicalJson(verdict)
    ? ["pass", `${verdict.word}, again from ${recomputed.scores?.individuals} pairs of losses`]
    : ["fail", `the evidence says ${verdict.word}; from the losses it is ${canonicalJson(recomputed)}`];
}

/** A read's key holds the digest of what was asked (`journal.ts`). */
async function lookAtModelRead({ evidence: { inheritedFrom, materials } }: Looked): Promise<Found> {
  if (!inheritedFrom) return ["fail", "the evidence inherits nothing, yet the file brings what it inherits from"];
  const question = await digest({ model: inheritedFrom.modelId });
  return materials.some(({ kind, key }) => kind === "read" && key.includes(question))
    ? ["pass", `${inheritedFrom.modelId} is among what the run read`]
    : ["fail", `${inheritedFrom.modelId} is not among what the run read`];
}

async function lookAtModelSaved({ evidence: { inheritedFrom }, training }: Looked): Promise<Found> {
  if (!inheritedFrom || !training) return noTraining;
  const { modelId, modelDigest } = inheritedFrom;
  if (!training.models) return ["not-checkable", `the evidence of ${training.run.id} names no models`];
  return training.models.some(({ id, digest: saved }) => id === modelId && saved === modelDigest)
    ? ["pass", `${modelId}, ${modelDigest}, by ${training.run.id}`]
    : ["fail", `${training.run.id} has saved no model ${modelId} of digest ${modelDigest}`];
}

async function lookAtInheritedVerdict({ evidence: { verdict }, training }: Looked): Promise<Found> {
  if (!training) return noTraining;
  return canonicalJson(verdict) === canonicalJson(training.verdict)
    ? ["pass", `${verdict.word}, as ${training.run.id} ended`]
    : ["fail", `it says ${verdict.word}, and ${training.run.id} says ${canonicalJson(training.verdict)}`];
}

const noTraining: Found = ["not-checkable", "the file does not bring the evidence of the run that trained the model"];
