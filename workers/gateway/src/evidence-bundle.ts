// Evidence with all that it rests on: where a verdict was inherited, the bundle of the training run comes with it.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { unwrap, type Evidence, type EvidenceBundle } from "@eigentwin/core";
import { model, run } from "@eigentwin/index";
import type { Env } from "../env.ts";
import { knownRun } from "./known.ts";

export async function evidenceBundle(env: Env, tenant: string, id: string): Promise<EvidenceBundle> {
  const bundle = unwrap(await (await knownRun(env, tenant, id)).bundle());
  const { inheritedFrom } = JSON.parse(bundle.evidence) as Evidence;
  const trainedBy = inheritedFrom && (await trainingRun(env, tenant, inheritedFrom.modelId));
  return trainedBy === undefined ? bundle : { ...bundle, inherited: await evidenceBundle(env, tenant, trainedBy) };
}

/** Undefined where the model or its run is not here: the bundle then says less, and a check says so. */
async function trainingRun(env: Env, tenant: string, modelId: string): Promise<string | undefined> {
  const [row] = await drizzle(env.INDEX)
    .select({ id: run.id })
    .from(model)
    .innerJoin(run, and(eq(run.tenant, model.tenant), eq(run.id, model.run)))
    .where(and(eq(model.tenant, tenant), eq(model.id, modelId)));
  return row?.id;
}
