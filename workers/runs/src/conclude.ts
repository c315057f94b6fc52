// Compare and record: from the plugin's answer to the verdict and the evidence, whose body is stored before the run ends.

import type { Env } from "../env.ts";
import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import {
  canonicalJson,
  checkAnswer,
  compare,
  digest,
  digestBytes,
  digestJson,
  EVIDENCE_SCHEMA,
  notCompared,
  refuse,
  Refusal,
  seedFor,
  type Answer,
  type ComparisonClaim,
  type Evidence,
  type Failure,
  type JournalStore,
  type Outcome,
  type Verdict,
} from "@eigentwin/core";
import { model } from "@eigentwin/index";
import { executedBy, subjectOf, type Conclusion, type Kept, type RunRecord } from "./run-record.ts";

export async function concludeRun(
  env: Env,
  run: RunRecord,
  journal: JournalStore,
  outcome: Outcome<Answer<unknown>>,
): Promise<Conclusion> {
  if (!outcome.ok) return concludeFailure(env, run, journal, outcome.failure);
  try {
    const { result, comparison, prediction, parameters } = checkAnswer(outcome.value, run.resolution.plugin.name);
    const resultDigest = await digestJson(result).catch((error: unknown) =>
      refuse("plugin.broke-contract", `the result has no canonical JSON form: ${String(error)}`),
    );
    const { verdict, inheritedFrom } = await judge(env, run, journal, comparison);
    const evidence = await keep(env, {
      ...(await envelope(run, journal)),
      outcome: { state: "succeeded", result: resultDigest },
      verdict,
      ...(inheritedFrom && { inheritedFrom }),
    });
    return {
      kind: "succeeded",
      result,
      resultDigest,
      verdict,
      evidence,
      ...(prediction && { prediction }),
      ...(parameters && { parameters }),
    };
  } catch (error) {
    if (error instanceof Refusal) return concludeFailure(env, run, journal, error.failure);
    throw error;
  }
}

async function concludeFailure(env: Env, run: RunRecord, journal: JournalStore, failure: Failure): Promise<Conclusion> {
  const state = failure.code === "run.cancelled" ? "cancelled" : "failed";
  const verdict = notCompared(`the run ${state === "cancelled" ? "was cancelled" : "failed"}`);
  const evidence = await keep(env, {
    ...(await envelope(run, journal)),
    outcome: { state, failure },
    verdict,
  });
  return { kind: "failed", failure, evidence };
}

async function judge(
  env: Env,
  run: RunRecord,
  journal: JournalStore,
  claim: ComparisonClaim,
): Promise<{ verdict: Verdict; inheritedFrom?: Evidence["inheritedFrom"] }> {
  if (claim.kind === "not-compared") return { verdict: notCompared(claim.reason) };
  if (claim.kind === "compared") return { verdict: compare(claim.comparison, seedFor(run.request.seed, "compare")) };
  if (!(await hasReadModel(journal, claim.modelId)))
    return refuse("plugin.broke-contract", `the answer inherits from model ${claim.modelId}, which it has not read`);
  const [row] = await drizzle(env.INDEX)
    .select()
    .from(model)
    .where(and(eq(model.tenant, run.request.tenant), eq(model.id, claim.modelId)));
  if (!row)
    return refuse("plugin.broke-contract", `the answer inherits from model ${claim.modelId}, which is not there`);
  return { verdict: row.verdict, inheritedFrom: { modelId: row.id, modelDigest: row.digest } };
}

/** A read's key names what was read by its digest. */
async function hasReadModel(journal: JournalStore, modelId: string): Promise<boolean> {
  const question = await digest({ model: modelId });
  return journal.entries().some(({ kind, key }) => kind === "read" && key.includes(question));
}

async function envelope(run: RunRecord, journal: JournalStore): Promise<Omit<Evidence, "outcome" | "verdict">> {
  const { request, resolution } = run;
  return {
    schema: EVIDENCE_SCHEMA,
    run: {
      id: request.id,
      capability: request.capability,
      seed: request.seed,
      acceptedAt: run.acceptedAt,
      finishedAt: run.finishedAt ?? "",
      attempts: run.attempts,
    },
    subject: subjectOf(request),
    input: await digestJson(request.input),
    materials: journal.entries().flatMap(({ key, kind, digest }) => (digest ? [{ key, kind, digest }] : [])),
    plugin: resolution.plugin,
    backend: resolution.backend,
    executedBy: executedBy(run.spent, resolution),
    cost: run.spent,
    synthetic: run.synthetic,
  };
}

export const evidenceKey = (digest: string): string => `evidence/${digest.slice(7)}`;

/** Stored under its digest: storing it twice changes nothing. */
async function keep(env: Env, evidence: Evidence): Promise<Kept> {
  const text = new TextEncoder().encode(canonicalJson(evidence));
  const digest = await digestBytes(text);
  const key = evidenceKey(digest);
  await env.BODIES.put(key, text);
  return { digest, key };
}
