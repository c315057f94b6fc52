// The objects of other Workers, as the contracts that they keep; the time of their calls is told in Server-Timing.

import { endpointOf, feedOf, hookOf } from "@eigentwin/events";
import { erasureOf, runOf, type CatalogueService, type ReaderService, type UpgradeService } from "@eigentwin/runs";
import { twinName, twinOf, twinOrBranchOf } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { timed } from "./observe.ts";

const named = <Service extends object>(namespace: DurableObjectNamespace, name: string): Service =>
  timed(namespace.getByName(name) as unknown as Service);

export const runAt = (env: Env, tenant: string, id: string) => timed(runOf(env.RUNS, tenant, id));
export const twinAt = (env: Env, tenant: string, id: string) => timed(twinOf(env.TWINS, tenant, id));
export const erasureAt = (env: Env, tenant: string, twin: string) => timed(erasureOf(env.ERASURES, tenant, twin));
export const twinOrBranchAt = (env: Env, tenant: string, id: string) => timed(twinOrBranchOf(env.TWINS, tenant, id));
export const feedAt = (env: Env, tenant: string) => timed(feedOf(env.FEEDS, tenant));
export const endpointAt = (env: Env, tenant: string, id: string) => timed(endpointOf(env.ENDPOINTS, tenant, id));
export const hookAt = (env: Env, tenant: string, id: string) => timed(hookOf(env.HOOKS, tenant, id));
export const catalogueOf = (env: Env) => named<CatalogueService>(env.CATALOGUE, "catalogue");
/** Any object reads for anybody; one for each import keeps them out of each other's way. */
export const readerFor = (env: Env, importId: string) => named<ReaderService>(env.READERS, importId);
/** One a twin, so that upgrades of one keep nobody else waiting. */
export const upgraderOf = (env: Env, tenant: string, id: string) =>
  named<UpgradeService>(env.UPGRADES, twinName(tenant, id));
