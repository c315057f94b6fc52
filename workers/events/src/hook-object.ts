// What one inbound hook has taken: a message that comes again is answered as it was the first time.

import { DurableObject } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { hook } from "@eigentwin/index";
import { flushWhenDue } from "@eigentwin/metrics";
import { exists, plan, prepareStorage, serveDue } from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import type { HookName, HookService, MessageEnd, MessageState } from "./contract.ts";
import { beginMessage, cutMessages, endMessage, forgetTwinIn } from "./messages.ts";
import { HOOK_STEPS } from "./steps.ts";

const CUT = "cut";
const CUT_EVERY_MS = 60 * 60_000;

export class HookObject extends DurableObject<Env> implements HookService {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, HOOK_STEPS);
  }

  async begin(name: HookName, message: { id: string; digest: string }): Promise<MessageState> {
    const { storage } = this.ctx;
    await this.#forget(name);
    if (!exists(storage))
      prepareStorage(storage, HOOK_STEPS, () => {
        storage.sql.exec("INSERT INTO hook VALUES (1, ?, ?, ?)", name.tenant, name.id, name.since);
        plan(storage, CUT, Date.now() + CUT_EVERY_MS);
      });
    return storage.transactionSync(() => beginMessage(storage.sql, message, Date.now()));
  }

  async end(id: string, end: MessageEnd): Promise<void> {
    const { storage } = this.ctx;
    if (exists(storage)) storage.transactionSync(() => endMessage(storage.sql, id, end));
  }

  async forget(twin: string): Promise<void> {
    const { storage } = this.ctx;
    if (exists(storage)) storage.transactionSync(() => forgetTwinIn(storage.sql, twin));
  }

  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, [CUT], () => this.#cut());
    await flushWhenDue(metricsOf(this.env.METRICS));
  }

  /** A message that was on its way while its hook was deleted leaves nothing for long. */
  async #cut(): Promise<void> {
    const { storage } = this.ctx;
    const name = storage.sql
      .exec<HookName & Record<string, SqlStorageValue>>("SELECT tenant, id, since FROM hook")
      .one();
    const [row] = await drizzle(this.env.INDEX)
      .select({ since: hook.createdAt })
      .from(hook)
      .where(and(eq(hook.tenant, name.tenant), eq(hook.id, name.id)));
    if (row?.since !== name.since) return this.erase();
    storage.transactionSync(() => cutMessages(storage.sql, Date.now()));
    plan(storage, CUT, Date.now() + CUT_EVERY_MS);
  }

  /** What an earlier hook of the same name has taken is nothing to this one. */
  async #forget({ since }: HookName): Promise<void> {
    const { storage } = this.ctx;
    if (!exists(storage)) return;
    const { since: known } = storage.sql.exec<{ since: string }>("SELECT since FROM hook").one();
    if (known !== since) await storage.deleteAll();
  }
}
