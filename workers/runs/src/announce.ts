// After the end: the twin, the models and the index follow the run. Each step can be repeated without harm.

import type { Env } from "../env.ts";
import { drizzle } from "drizzle-orm/d1";
import { model, run as runIndex } from "@eigentwin/index";
import { insertForTenant } from "@eigentwin/index/insert";
import { twinOrBranchOf } from "@eigentwin/twins";
import { unwrap } from "@eigentwin/core";
import { isFinal } from "./contract.ts";
import { keptModels } from "./kept-models.ts";
import { subjectOf, type RunRecord } from "./run-record.ts";

export async function noteOnTwin(env: Env, { request, conclusion, acceptedAt, finishedAt }: RunRecord): Promise<void> {
  if (request.subject.kind !== "twin" || conclusion?.kind !== "succeeded") return;
  const { prediction, parameters, verdict } = conclusion;
  const twin = twinOrBranchOf(env.TWINS, request.tenant, request.subject.id);
  const noted = await twin.noteRun({
    run: request.id,
    capability: request.capability,
    asOf: acceptedAt,
    verdict: verdict.word,
    madeAt: finishedAt ?? "",
    ...(prediction && { prediction }),
    ...(parameters && { parameters }),
  });
  // A twin that was deleted meanwhile, or a branch that has ended, has nothing to be told; the run keeps its evidence.
  if (!noted.ok && noted.failure.code !== "twin.not-found" && noted.failure.code !== "branch.not-found") unwrap(noted);
}

export async function listModels(
  env: Env,
  { request, resolution, conclusion, finishedAt, synthetic }: RunRecord,
  sql: SqlStorage,
): Promise<void> {
  if (conclusion?.kind !== "succeeded") return;
  for (const { id, title, format, digest, bodyKey } of keptModels(sql)) {
    const row = {
      tenant: request.tenant,
      id,
      title,
      plugin: resolution.plugin.name,
      pluginVersion: resolution.plugin.version,
      format,
      digest,
      bodyKey,
      run: request.id,
      verdict: conclusion.verdict,
      synthetic,
      createdAt: finishedAt ?? "",
    };
    await insertForTenant(drizzle(env.INDEX), model, row).onConflictDoNothing();
  }
}

/** Makes the run findable. It never overwrites: what a later step has written is newer. */
export async function listRun(env: Env, run: RunRecord): Promise<void> {
  await insertForTenant(drizzle(env.INDEX), runIndex, rowOf(run)).onConflictDoNothing();
}

export async function indexRun(env: Env, run: RunRecord): Promise<void> {
  const row = rowOf(run);
  await insertForTenant(drizzle(env.INDEX), runIndex, row).onConflictDoUpdate({
    target: [runIndex.tenant, runIndex.id],
    set: row,
  });
}

function rowOf({ request, conclusion, state, acceptedAt, finishedAt }: RunRecord) {
  return {
    tenant: request.tenant,
    id: request.id,
    capability: request.capability,
    subject: subjectOf(request).id,
    twinType: request.subject.kind === "twin" ? request.subject.type : null,
    state,
    verdict: conclusion?.kind === "succeeded" ? conclusion.verdict.word : null,
    evidenceDigest: conclusion?.evidence.digest ?? null,
    acceptedAt,
    finishedAt: isFinal(state) ? finishedAt : null,
  };
}
