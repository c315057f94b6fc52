// A tenant that comes or goes. Who restores it holds a lease here; its end goes step by step from an alarm, so that what is
// killed on the way goes on until nothing of it is left.

import { DurableObject } from "cloudflare:workers";
import { exists, plan, prepareStorage, serveDue } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import type { TenantService } from "./contract.ts";
import { deletingSince, eraseNext, noteDeleting } from "./erase-tenant.ts";
import { TENANT_STEPS } from "./steps.ts";

/** Keys that were verified before may be believed for 5 s, and what they began is written soon after. */
const LAST_WRITES_MS = 6_000;
/** A run that does not let go of its attempt is asked again after this. */
const ASK_AGAIN_MS = 1_000;

interface Lease extends Record<string, SqlStorageValue> {
  holder: string;
  until_ms: number;
}

export class TenantObject extends DurableObject<Env> implements TenantService {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, TENANT_STEPS);
  }

  async remove(tenant: string, since: string): Promise<void> {
    const { storage } = this.ctx;
    if (this.#deletion()?.since !== since)
      prepareStorage(storage, TENANT_STEPS, () => {
        storage.sql.exec("INSERT OR REPLACE INTO deletion (one, tenant, since) VALUES (1, ?, ?)", tenant, since);
        plan(storage, "erase", Math.max(Date.now() + LAST_WRITES_MS, this.#lease()?.until_ms ?? 0));
      });
    await noteDeleting(this.env, { id: tenant, since });
  }

  async lease(holder: string, forMs: number): Promise<boolean> {
    const { storage } = this.ctx;
    const held = this.#lease();
    if (this.#deletion() || (held && held.holder !== holder && held.until_ms > Date.now())) return false;
    prepareStorage(storage, TENANT_STEPS, () =>
      storage.sql.exec("INSERT OR REPLACE INTO lease VALUES (1, ?, ?)", holder, Date.now() + forMs),
    );
    return true;
  }

  async release(holder: string): Promise<void> {
    const { storage } = this.ctx;
    if (this.#lease()?.holder !== holder) return;
    if (this.#deletion()) storage.sql.exec("DELETE FROM lease");
    else await storage.deleteAll();
  }

  override alarm(): Promise<void> {
    return serveDue(this.ctx.storage, ["erase"], () => this.#erase());
  }

  async #erase(): Promise<void> {
    const { storage } = this.ctx;
    const deletion = this.#deletion();
    if (!deletion) return storage.deleteAll();
    const { tenant: id } = deletion;
    // One that began before the time was kept here is the one that is going.
    const since = deletion.since || (await deletingSince(this.env, id));
    const end = since === undefined ? "all-gone" : await eraseNext(this.env, { id, since });
    if (end === "all-gone") await storage.deleteAll();
    else plan(storage, "erase", Date.now() + (end === "more" ? 0 : ASK_AGAIN_MS));
  }

  #deletion(): { tenant: string; since: string } | undefined {
    const { storage } = this.ctx;
    if (!exists(storage)) return undefined;
    return storage.sql.exec<{ tenant: string; since: string }>("SELECT tenant, since FROM deletion").toArray()[0];
  }

  #lease(): Lease | undefined {
    const { storage } = this.ctx;
    if (!exists(storage)) return undefined;
    return storage.sql.exec<Lease>("SELECT holder, until_ms FROM lease").toArray()[0];
  }
}
