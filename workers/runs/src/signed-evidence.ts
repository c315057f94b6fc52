// The evidence of an ended run as it leaves: its text with the signature, and the bundle that can be checked offline.

import {
  BUNDLE_SCHEMA,
  fail,
  succeed,
  type ComparisonBody,
  type EvidenceBundle,
  type Outcome,
  type PublicKey,
  type Signature,
} from "@eigentwin/core";
import { signerOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import { isFinal, type SignedEvidence } from "./contract.ts";
import type { Conclusion, Kept, RunRecord } from "./run-record.ts";

const UNSIGNED = "the run ended before this deployment signed evidence";

export async function signedEvidence(env: Env, run: RunRecord): Promise<Outcome<SignedEvidence>> {
  const conclusion = endOf(run);
  if (!conclusion) return notEnded();
  const { digest, signature = null } = conclusion.evidence;
  return succeed({ text: await bodyText(env, conclusion.evidence), digest, signature });
}

export async function bundleOf(env: Env, run: RunRecord): Promise<Outcome<EvidenceBundle>> {
  const conclusion = endOf(run);
  if (!conclusion) return notEnded();
  const { digest, signature = null } = conclusion.evidence;
  const compared = conclusion.kind === "succeeded" ? conclusion.comparison : undefined;
  return succeed({
    schema: BUNDLE_SCHEMA,
    evidence: await bodyText(env, conclusion.evidence),
    evidenceDigest: digest,
    signature,
    ...(signature === null && { unsigned: UNSIGNED }),
    publicKey: signature && (await publicKeyOf(env, signature)),
    input: run.request.input,
    ...(conclusion.kind === "succeeded" && { result: conclusion.result }),
    ...(compared && { comparison: JSON.parse(await bodyText(env, compared)) as ComparisonBody }),
  });
}

export async function bodyText(env: Env, { key }: Kept): Promise<string> {
  const body = await env.BODIES.get(key);
  if (!body) throw new Error(`${key} is gone from storage`);
  return body.text();
}

/** What is fixed and not signed yet is not shown: the run has not ended. */
const endOf = ({ state, conclusion }: RunRecord): Conclusion | undefined => (isFinal(state) ? conclusion : undefined);

const notEnded = () =>
  fail("run.not-ended", "the run has not ended: its evidence is written when it has", {
    hint: "Watch the run and ask again.",
  });

/** Without what its deployment says about it, which nothing in a file could vouch for. */
async function publicKeyOf(env: Env, { keyId }: Signature): Promise<PublicKey | null> {
  const { keys } = await signerOf(env.SIGNER).publicKeys();
  const found = keys.find(({ kid }) => kid === keyId);
  if (!found) return null;
  const { kty, crv, x, kid, use, alg } = found;
  return { kty, crv, x, kid, use, alg };
}
