// The end of a tenant, step by step from an alarm: what is killed on the way goes on, until nothing of it is left.

import { DurableObject } from "cloudflare:workers";
import { exists, plan, prepareStorage, serveDue } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import type { TenantService } from "./contract.ts";
import { eraseNext, noteDeleting } from "./erase-tenant.ts";
import { TENANT_STEPS } from "./steps.ts";

/** Keys that were verified before may be believed for 5 s, and what they began is written soon after. */
const LAST_WRITES_MS = 6_000;
/** A run that does not let go of its attempt is asked again after this. */
const ASK_AGAIN_MS = 1_000;

export class TenantObject extends DurableObject<Env> implements TenantService {
  async remove(tenant: string): Promise<void> {
    const { storage } = this.ctx;
    if (exists(storage)) return;
    prepareStorage(storage, TENANT_STEPS, () => {
      storage.sql.exec("INSERT INTO deletion VALUES (1, ?)", tenant);
      plan(storage, "erase", Date.now() + LAST_WRITES_MS);
    });
    await noteDeleting(this.env, tenant);
  }

  override alarm(): Promise<void> {
    return serveDue(this.ctx.storage, () => this.#erase());
  }

  async #erase(): Promise<void> {
    const { storage } = this.ctx;
    const { tenant } = storage.sql.exec<{ tenant: string }>("SELECT tenant FROM deletion").one();
    const end = await eraseNext(this.env, tenant);
    if (end === "all-gone") await storage.deleteAll();
    else plan(storage, "erase", Date.now() + (end === "more" ? 0 : ASK_AGAIN_MS));
  }
}
