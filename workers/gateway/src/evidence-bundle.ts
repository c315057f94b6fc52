// Evidence with all that it rests on: where a verdict was inherited, the bundle of the training run comes with it.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Context } from "hono";
import { unwrap, type Evidence, type EvidenceBundle } from "@eigentwin/core";
import { model, run } from "@eigentwin/index";
import type { Env } from "../env.ts";
import { sees, type Caller } from "./caller.ts";
import type { Gateway } from "./context.ts";
import { mayBePersonal, readableRun } from "./readable.ts";

/** A verdict is inherited from a training run, which may have inherited its own; a longer chain is nobody's work. */
const MOST_INHERITED = 4;

export async function evidenceBundle(
  c: Context<Gateway>,
  id: string,
  left: number = MOST_INHERITED,
): Promise<EvidenceBundle> {
  const bundle = unwrap(await (await readableRun(c, id)).run.bundle());
  const { inheritedFrom } = JSON.parse(bundle.evidence) as Evidence;
  const trainedBy = left > 0 && inheritedFrom && (await trainingRun(c.env, c.get("caller"), inheritedFrom.modelId));
  return trainedBy ? { ...bundle, inherited: await evidenceBundle(c, trainedBy, left - 1) } : bundle;
}

/** Undefined where the caller sees no such model or run, or it was about another person: the bundle then says less, and a check says so. */
async function trainingRun(env: Env, caller: Caller, modelId: string): Promise<string | undefined> {
  const [row] = await drizzle(env.INDEX)
    .select({ id: run.id, twinType: run.twinType })
    .from(model)
    .innerJoin(run, and(eq(run.tenant, model.tenant), eq(run.id, model.run)))
    .where(and(eq(model.tenant, caller.tenant), eq(model.id, modelId)));
  return row && sees(caller, row.twinType) && !(await isPersonal(env, row.twinType)) ? row.id : undefined;
}

const isPersonal = async (env: Env, type: string | null): Promise<boolean> =>
  type !== null && (await mayBePersonal(env, type));
