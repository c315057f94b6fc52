// Evidence with everything that is needed to check it offline, in one JSON file.

import * as v from "valibot";
import type { Digest } from "../codec.ts";
import type { ComparisonBody } from "./comparison-body.ts";
import { EVIDENCE_SCHEMA, type Evidence } from "./evidence.ts";
import { publicKeyShape, type PublicKey, type Signature } from "./signature.ts";

export const BUNDLE_SCHEMA = "urn:eigentwin:evidence-bundle:1";

/** Whoever hands one on may leave out input, result, comparison or `inherited`: what hangs on them is then not checkable. */
export interface EvidenceBundle {
  schema: typeof BUNDLE_SCHEMA;
  /** The exact text that was digested and signed. */
  evidence: string;
  evidenceDigest: Digest;
  signature: Signature | null;
  /** Why there is no signature, in words; nothing vouches for them. */
  unsigned?: string;
  /** Null where nothing is signed, or where the deployment does not know the key. */
  publicKey: PublicKey | null;
  input?: unknown;
  result?: unknown;
  comparison?: ComparisonBody;
  /** Of the run whose verdict this one inherited. */
  inherited?: EvidenceBundle;
}

/** Members of a bundle that may change without any check noticing. Everything else follows from the signed text. */
export const NOT_VOUCHED: readonly string[] = ["unsigned"];

const bundleShape = v.strictObject({
  schema: v.literal(BUNDLE_SCHEMA, `this reads ${BUNDLE_SCHEMA}`),
  evidence: v.string(),
  evidenceDigest: v.string(),
  signature: v.nullable(v.strictObject({ keyId: v.string(), algorithm: v.literal("Ed25519"), value: v.string() })),
  unsigned: v.optional(v.string()),
  publicKey: v.nullable(publicKeyShape),
  input: v.optional(v.unknown()),
  result: v.optional(v.unknown()),
  comparison: v.optional(v.unknown()),
  inherited: v.optional(v.unknown()),
});

const digestShape = v.pipe(v.string(), v.regex(/^sha256:[\da-f]{64}$/, "a digest is sha256: and 64 hex digits"));
const modelShape = v.looseObject({ id: v.string(), digest: v.string() });

/** Of the evidence, what is followed further; a member that is not known here is signed all the same. */
const evidenceShape = v.looseObject({
  schema: v.literal(EVIDENCE_SCHEMA, `this reads ${EVIDENCE_SCHEMA}`),
  run: v.looseObject({ id: v.string(), seed: v.pipe(v.number(), v.integer()) }),
  input: digestShape,
  outcome: v.variant("state", [
    v.looseObject({ state: v.literal("succeeded"), result: digestShape }),
    v.looseObject({ state: v.picklist(["failed", "cancelled"]) }),
  ]),
  materials: v.array(v.looseObject({ key: v.string(), kind: v.string(), digest: v.string() })),
  verdict: v.looseObject({ word: v.string(), reason: v.string() }),
  comparison: v.optional(digestShape),
  models: v.optional(v.array(modelShape)),
  restored: v.optional(v.literal(true)),
  inheritedFrom: v.optional(v.looseObject({ modelId: v.string(), modelDigest: v.string() })),
});

export interface ReadBundle {
  bundle: Omit<EvidenceBundle, "inherited"> & { inherited?: unknown };
  evidence: Evidence;
}

/** A bundle from outside, or why it is none. */
export function readBundle(value: unknown): ReadBundle | string {
  const bundle = v.safeParse(bundleShape, value);
  if (!bundle.success) return `not an evidence bundle: ${told(bundle.issues[0])}`;
  const evidence = v.safeParse(evidenceShape, jsonOf(bundle.output.evidence));
  if (!evidence.success) return `the text is not evidence: ${told(evidence.issues[0])}`;
  return { bundle: bundle.output as ReadBundle["bundle"], evidence: evidence.output as unknown as Evidence };
}

const told = (issue: v.BaseIssue<unknown>): string => `${v.getDotPath(issue) ?? "it"}: ${issue.message}`;

/** Undefined for what is no JSON, which is no evidence either. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
