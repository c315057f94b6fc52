// Compare and record: from the plugin's answer to the verdict and the evidence. Bodies are stored before the run ends.

import type { Env } from "../env.ts";
import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import {
  canonicalJson,
  checkAnswer,
  compare,
  comparisonText,
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
import type { ModelKept } from "./kept-models.ts";
import { bodyFolder, executedBy, subjectOf, type Conclusion, type Kept, type RunRecord } from "./run-record.ts";

/** What the run's object holds when the run ends. */
export interface Ending {
  run: RunRecord;
  journal: JournalStore;
  models: readonly ModelKept[];
}

export async function concludeRun(env: Env, ending: Ending, outcome: Outcome<Answer<unknown>>): Promise<Conclusion> {
  if (!outcome.ok) return concludeFailure(env, ending, outcome.failure);
  const { run, models } = ending;
  try {
    const { result, comparison, prediction, parameters } = checkAnswer(outcome.value, run.resolution.plugin.name);
    const resultDigest = await digestJson(result).catch((error: unknown) =>
      refuse("plugin.broke-contract", `the result has no canonical JSON form: ${String(error)}`),
    );
    const { verdict, inheritedFrom, compared } = await judge(env, ending, comparison);
    const losses = compared === undefined ? undefined : await keep(env, run, "comparisons", compared);
    const evidence = await keepEvidence(env, run, {
      ...(await envelope(ending)),
      outcome: { state: "succeeded", result: resultDigest },
      verdict,
      models: models.map(({ id, digest }) => ({ id, digest })).sort((a, b) => (a.id < b.id ? -1 : 1)),
      ...(losses && { comparison: losses.digest }),
      ...(inheritedFrom && { inheritedFrom }),
    });
    return {
      kind: "succeeded",
      result,
      resultDigest,
      verdict,
      evidence,
      ...(losses && { comparison: losses }),
      ...(prediction && { prediction }),
      ...(parameters && { parameters }),
    };
  } catch (error) {
    if (error instanceof Refusal) return concludeFailure(env, ending, error.failure);
    throw error;
  }
}

async function concludeFailure(env: Env, ending: Ending, failure: Failure): Promise<Conclusion> {
  const state = failure.code === "run.cancelled" ? "cancelled" : "failed";
  const verdict = notCompared(`the run ${state === "cancelled" ? "was cancelled" : "failed"}`);
  const evidence = await keepEvidence(env, ending.run, {
    ...(await envelope(ending)),
    outcome: { state, failure },
    verdict,
  });
  return { kind: "failed", failure, evidence };
}

interface Judged {
  verdict: Verdict;
  /** What was compared, as text. */
  compared?: string;
  inheritedFrom?: Evidence["inheritedFrom"];
}

async function judge(env: Env, { run, journal }: Ending, claim: ComparisonClaim): Promise<Judged> {
  if (claim.kind === "not-compared") return { verdict: notCompared(claim.reason) };
  if (claim.kind === "compared") {
    const verdict = compare(claim.comparison, seedFor(run.request.seed, "compare"));
    return { verdict, compared: comparisonText(claim.comparison) };
  }
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

async function envelope({ run, journal }: Ending): Promise<Omit<Evidence, "outcome" | "verdict">> {
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
    ...(request.purpose !== undefined && { purpose: request.purpose }),
    input: await digestJson(request.input),
    materials: journal.entries().flatMap(({ key, kind, digest }) => (digest ? [{ key, kind, digest }] : [])),
    plugin: resolution.plugin,
    backend: resolution.backend,
    executedBy: executedBy(run.spent, resolution),
    cost: run.spent,
    synthetic: run.synthetic,
    ...(run.isRestored && { restored: true as const }),
  };
}

const keepEvidence = (env: Env, run: RunRecord, evidence: Evidence): Promise<Kept> =>
  keep(env, run, "evidence", canonicalJson(evidence));

/** Stored under its digest: storing it twice changes nothing. Each run has bodies of its own, which go with it. */
async function keep(env: Env, { request }: RunRecord, kind: "evidence" | "comparisons", text: string): Promise<Kept> {
  const bytes = new TextEncoder().encode(text);
  const digest = await digestBytes(bytes);
  const key = `${bodyFolder(kind, request)}${digest.slice(7)}`;
  await env.BODIES.put(key, bytes);
  return { digest, key };
}
