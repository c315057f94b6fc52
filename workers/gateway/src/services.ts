// The objects of other Workers, as the contracts that they keep; the time of their calls is told in Server-Timing.

import { runName, type CatalogueService, type ReaderService, type RunService } from "@eigentwin/runs";
import { twinOf } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { timed } from "./observe.ts";

const named = <Service extends object>(namespace: DurableObjectNamespace, name: string): Service =>
  timed(namespace.getByName(name) as unknown as Service);

export const runOf = (env: Env, tenant: string, id: string) => named<RunService>(env.RUNS, runName(tenant, id));
export const twinAt = (env: Env, tenant: string, id: string) => timed(twinOf(env.TWINS, tenant, id));
export const catalogueOf = (env: Env) => named<CatalogueService>(env.CATALOGUE, "catalogue");
/** Any object reads for anybody; one for each import keeps them out of each other's way. */
export const readerFor = (env: Env, importId: string) => named<ReaderService>(env.READERS, importId);
