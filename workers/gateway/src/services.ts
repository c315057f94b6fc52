// The objects of the runs Worker, as the contracts that they keep.

import type { Env } from "../env.ts";
import type { CatalogueService, ReaderService, UpgradeService } from "@eigentwin/runs";
import { twinName } from "@eigentwin/twins";

const named = <Service>(namespace: DurableObjectNamespace, name: string): Service =>
  namespace.getByName(name) as unknown as Service;

export const catalogueOf = (env: Env) => named<CatalogueService>(env.CATALOGUE, "catalogue");
/** Any object reads for anybody; one for each import keeps them out of each other's way. */
export const readerFor = (env: Env, importId: string) => named<ReaderService>(env.READERS, importId);
/** One a twin, so that upgrades of one keep nobody else waiting. */
export const upgraderOf = (env: Env, tenant: string, id: string) =>
  named<UpgradeService>(env.UPGRADES, twinName(tenant, id));
