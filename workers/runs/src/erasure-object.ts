// The erasure of one twin: asked for once, then carried out step by step from an alarm, so that what is killed on the way goes
// on until nothing is left but the receipt.

import { DurableObject } from "cloudflare:workers";
import { succeed, type Outcome } from "@eigentwin/core";
import { feedOf } from "@eigentwin/events";
import { deliverOutbox, exists, noteEvent, OUTBOX, plan, prepareStorage, serveDue, settle } from "@eigentwin/objects";
import { twinOf } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import type { ErasureRequest, ErasureService } from "./contract.ts";
import { eraseDatasetRows, eraseEvents, eraseRuns, eraseStreams, isListed, listErasure } from "./erase-twin.ts";
import { ERASURE_STEPS } from "./steps.ts";
import { writeReceipt } from "./receipt.ts";

const ERASE = "erase";
/** What was let in before the twin was gone has been written by then: everything is looked for once more. */
const LAST_WRITES_MS = 6_000;
const ASK_AGAIN_MS = 1_000;

export class ErasureObject extends DurableObject<Env> implements ErasureService {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, ERASURE_STEPS);
  }

  async begin(request: ErasureRequest): Promise<Outcome<string>> {
    const { storage } = this.ctx;
    const begun = this.#request();
    if (begun) return succeed(begun.id);
    prepareStorage(storage, ERASURE_STEPS, () => {
      storage.sql.exec("INSERT INTO erasure VALUES (1, ?, ?, NULL)", JSON.stringify(request), Date.now());
      plan(storage, ERASE, Date.now() + ASK_AGAIN_MS);
    });
    const { tenant, id, twin, by } = request;
    const gone = await twinOf(this.env.TWINS, tenant, twin).eraseAs(id, { by, reason: null });
    if (!gone.ok) {
      await storage.deleteAll();
      return gone;
    }
    await listErasure(this.env, request);
    plan(storage, ERASE, Date.now());
    return succeed(id);
  }

  override alarm(): Promise<void> {
    return serveDue(this.ctx.storage, [ERASE, OUTBOX], ({ work }) => (work === OUTBOX ? this.#tell() : this.#goOn()));
  }

  async #goOn(): Promise<void> {
    const { storage } = this.ctx;
    const request = this.#request();
    if (!request) return storage.deleteAll();
    const { tenant, id, twin, by } = request;
    const target = twinOf(this.env.TWINS, tenant, twin);
    const gone = await target.eraseAs(id, { by, reason: null });
    // Deleted by somebody else before it began; one that had begun may have been killed while its storage was made anew.
    if (!gone.ok && !(await isListed(this.env, request))) return storage.deleteAll();
    if (!(await listErasure(this.env, request))) return storage.deleteAll();
    const isRunGone = await eraseRuns(this.env, storage.sql, request);
    await eraseEvents(this.env, request);
    await eraseStreams(this.env, request);
    await eraseDatasetRows(this.env, storage.sql, request);
    const isLast = Date.now() >= this.#begunMs() + LAST_WRITES_MS;
    const isTwinGone = !gone.ok || gone.value === "erased";
    if (isRunGone !== "all" || !isTwinGone || !isLast)
      return plan(storage, ERASE, isRunGone === "more" ? Date.now() : Date.now() + ASK_AGAIN_MS);
    await target.scrub(id);
    // The first time counts, so that an end which is repeated after a crash signs the same receipt.
    storage.sql.exec("UPDATE erasure SET erased_at = coalesce(erased_at, ?)", new Date().toISOString());
    const digest = await writeReceipt(this.env, storage.sql, request);
    storage.transactionSync(() => {
      noteEvent(storage, {
        type: "erasure.finished",
        isUntold: true,
        audit: { by: null, path: "/receipt", digest },
        data: {},
      });
      settle(storage, ERASE);
    });
  }

  /** The last thing: after it nothing of the erasure is left here. */
  async #tell(): Promise<void> {
    const { storage } = this.ctx;
    const request = this.#request();
    if (!request) return storage.deleteAll();
    const { tenant, id } = request;
    await deliverOutbox(storage, { tenant, source: `/v1/erasures/${id}`, taker: feedOf(this.env.FEEDS, tenant) });
    await storage.deleteAll();
  }

  #request(): ErasureRequest | undefined {
    const { storage } = this.ctx;
    if (!exists(storage)) return undefined;
    const [row] = storage.sql.exec<{ request: string }>("SELECT request FROM erasure").toArray();
    return row && (JSON.parse(row.request) as ErasureRequest);
  }

  #begunMs(): number {
    return this.ctx.storage.sql.exec<{ begun_ms: number }>("SELECT begun_ms FROM erasure").one().begun_ms;
  }
}
