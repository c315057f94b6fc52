// A tenant's feed: the one writer of its log of events and of the list of its webhooks, which it wakes.

import { DurableObject } from "cloudflare:workers";
import { fail, Refusal, succeed, type AuditEntry, type AuditMark, type Outcome } from "@eigentwin/core";
import { isRestoring, tenantState } from "@eigentwin/index/tenant-state";
import { flushWhenDue } from "@eigentwin/metrics";
import {
  exists,
  plan,
  planAgain,
  planBy,
  planIfNone,
  prepareStorage,
  serveDue,
  settle,
  Watchers,
} from "@eigentwin/objects";
import type { DueWork, OutboxBatch } from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import * as log from "./audit-log.ts";
import { checkAddress } from "./address.ts";
import type {
  ArchivedAuditEntry,
  AuditDraft,
  AuditQuestion,
  EventFilter,
  FeedPage,
  FeedQuestion,
  FeedService,
  SocketQuestion,
  WebhookChange,
  WebhookDraft,
  WebhookView,
} from "./contract.ts";
import { endpointName } from "./contract.ts";
import type { EndpointInside } from "./endpoint-object.ts";
import {
  appendEvents,
  cutEvents,
  feedRow,
  forgetTwin,
  positionOf,
  readEvents,
  RETENTION,
  sequenceAt,
  sequenceBefore,
  type LogPage,
} from "./feed-log.ts";
import * as webhooks from "./feed-webhooks.ts";
import { FeedSockets, SOCKETS } from "./feed-sockets.ts";
import { FEED_STEPS } from "./steps.ts";

/** Beside these one for each webhook that goes, which bears its name. */
const WORKS = ["wake", "cut", SOCKETS];
const CUT_EVERY_MS = 60 * 60_000;
/** A webhook that was not made to the end in this time is dropped: nobody was told its secret. */
const MADE_WITHIN_MS = 60_000;
const MOST_WEBHOOKS = 50;
/** A round fetches all that there is: events that come close together are woken for once. */
const WAKE_EVERY_MS = 100;

/** What only an endpoint of the feed asks. */
export interface FeedInside extends FeedService {
  /** What is in the log after a sequence, and at most up to another. */
  pull(after: number, upTo: number, filter: EventFilter, limit: number): Promise<LogPage>;
}

export class FeedObject extends DurableObject<Env> implements FeedInside {
  readonly #readers = new Watchers();
  readonly #sockets: FeedSockets;
  #wokenMs = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sockets = new FeedSockets(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, FEED_STEPS);
  }

  async append(batch: OutboxBatch): Promise<"taken" | "tenant-gone"> {
    if (!(await this.#isMade(batch.tenant))) return "tenant-gone";
    const { storage } = this.ctx;
    storage.transactionSync(() => {
      if (appendEvents(storage.sql, batch, Date.now()) === 0) return;
      if (webhooks.markDue(storage.sql, batch.events))
        planBy(storage, "wake", Math.max(Date.now(), this.#wokenMs + WAKE_EVERY_MS));
      planIfNone(storage, "cut", Date.now() + CUT_EVERY_MS);
    });
    this.#readers.wake();
    this.#sockets.tell();
    return "taken";
  }

  /** Reached by the gateway alone, which has looked at who asks. */
  override async fetch(request: Request): Promise<Response> {
    const question = JSON.parse(new URL(request.url).searchParams.get("question") ?? "") as SocketQuestion;
    const { storage } = this.ctx;
    const upTo = exists(storage) ? this.#sequence(question.after) : 0;
    const position = exists(storage) ? positionOf(feedRow(storage.sql).epoch, upTo) : "0";
    return this.#sockets.open(question, { upTo, position });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#sockets.heard(socket, message);
  }

  async read({ after, filter, limit, waitMs }: FeedQuestion): Promise<FeedPage> {
    const { storage } = this.ctx;
    // A feed without an event has no tables: what comes first is then all that is to be told.
    let from = exists(storage) ? this.#sequence(after) : 0;
    for (const end = Date.now() + waitMs; ;) {
      const page = exists(storage) ? readEvents(storage.sql, from, filter, limit) : undefined;
      if (page && (page.events.length > 0 || page.hasMore)) return this.#page(page);
      from = page?.upTo ?? 0;
      const leftMs = end - Date.now();
      if (leftMs <= 0) return page ? this.#page(page) : { events: [], next: "0" };
      await this.#readers.woken(leftMs);
    }
  }

  async pull(after: number, upTo: number, filter: EventFilter, limit: number): Promise<LogPage> {
    const { storage } = this.ctx;
    if (!exists(storage)) return { events: [], upTo: after, hasMore: false };
    return readEvents(storage.sql, after, filter, limit, upTo);
  }

  async addWebhook(tenant: string, draft: WebhookDraft): Promise<Outcome<{ webhook: WebhookView; secret: string }>> {
    const { storage } = this.ctx;
    const address = this.#checkAddress(draft.url);
    if (!address.ok) return address;
    if (!(await this.#isMade(tenant))) return fail("tenant.not-found", "there is no such tenant");
    if (webhooks.listWebhooks(storage.sql).length >= MOST_WEBHOOKS)
      return fail("webhook.too-many", `a tenant has at most ${MOST_WEBHOOKS} webhooks`, {
        hint: "Delete one that is not needed: DELETE /v1/webhooks/{id}.",
      });
    const id = `webhook_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
    storage.transactionSync(() => {
      webhooks.beginWebhook(storage.sql, id, draft.filter);
      plan(storage, `remove ${id}`, Date.now() + MADE_WITHIN_MS);
    });
    const made = await this.#endpoint(id).begin({ tenant, id, after: feedRow(storage.sql).last, ...draft });
    storage.transactionSync(() => {
      webhooks.noteMade(storage.sql, id);
      // What came while it was being made.
      plan(storage, "wake", Date.now());
      settle(storage, `remove ${id}`);
    });
    return succeed(made);
  }

  async changeWebhook(id: string, change: WebhookChange): Promise<Outcome<WebhookView>> {
    const { storage } = this.ctx;
    const row = exists(storage) ? webhooks.readWebhook(storage.sql, id) : undefined;
    if (!row) return notThere();
    const address = change.url === undefined ? undefined : this.#checkAddress(change.url);
    if (address?.ok === false) return address;
    const filter = webhooks.changedFilter(row.filter, change);
    webhooks.noteFilter(storage.sql, id, filter);
    return this.#endpoint(id).change({ ...change, filter, from: feedRow(storage.sql).last });
  }

  async removeWebhook(id: string): Promise<Outcome<undefined>> {
    const { storage } = this.ctx;
    if (!exists(storage) || !webhooks.readWebhook(storage.sql, id)) return notThere();
    storage.transactionSync(() => {
      webhooks.noteRemoving(storage.sql, id);
      plan(storage, `remove ${id}`, Date.now());
    });
    return succeed(undefined);
  }

  async webhookIds(): Promise<string[]> {
    const { storage } = this.ctx;
    return exists(storage)
      ? webhooks.listWebhooks(storage.sql).flatMap(({ id, state }) => (state === "made" ? [id] : []))
      : [];
  }

  async replayWebhook(id: string, from: string): Promise<Outcome<WebhookView>> {
    const { storage } = this.ctx;
    if (!exists(storage) || !webhooks.readWebhook(storage.sql, id)) return notThere();
    return this.#endpoint(id).replay(sequenceBefore(storage.sql, Date.parse(from)));
  }

  async audit(tenant: string, draft: AuditDraft): Promise<void> {
    const { storage } = this.ctx;
    if (await this.#isMade(tenant)) storage.transactionSync(() => log.appendAudit(storage.sql, draft));
  }

  async auditLog(question: AuditQuestion): Promise<AuditEntry[]> {
    const { storage } = this.ctx;
    return exists(storage) ? log.readAudit(storage.sql, question) : [];
  }

  async verifyAudit(from: AuditMark, limit: number) {
    const { storage } = this.ctx;
    return exists(storage) ? log.verifyAudit(storage.sql, from, limit) : { mark: from, isEnd: true };
  }

  async auditAfter(number: number, limit: number): Promise<ArchivedAuditEntry[]> {
    const { storage } = this.ctx;
    return exists(storage) ? log.auditAfter(storage.sql, number, limit) : [];
  }

  async restoreAudit(tenant: string, entries: readonly ArchivedAuditEntry[]): Promise<Outcome<undefined>> {
    if (!(await isRestoring(this.env.INDEX, tenant)) || !(await this.#isMade(tenant)))
      return fail("tenant.exists", "this tenant is not being restored");
    try {
      await log.restoreAudit(this.ctx.storage, entries);
      return succeed(undefined);
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, failure: error.failure };
      throw error;
    }
  }

  async forget(twin: string, kept: string): Promise<void> {
    const { storage } = this.ctx;
    if (!exists(storage)) return;
    forgetTwin(storage.sql, twin, kept);
    // After the log: nothing of it is fetched any more.
    for (const { id } of webhooks.listWebhooks(storage.sql)) await this.#endpoint(id).forget(twin, kept);
  }

  async erase(): Promise<void> {
    const { storage } = this.ctx;
    if (exists(storage)) for (const { id } of webhooks.listWebhooks(storage.sql)) await this.#endpoint(id).erase();
    await storage.deleteAll();
    this.#readers.wake();
    this.#sockets.closeAll();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, WORKS, (due) => this.#serve(due));
    await flushWhenDue(metricsOf(this.env.METRICS));
  }

  async #serve({ work }: DueWork): Promise<void> {
    const { storage } = this.ctx;
    if (work === "wake") return this.#wakeDue();
    if (work === SOCKETS) return this.#sockets.lookAfter();
    if (work === "cut") {
      storage.transactionSync(() => cutEvents(storage.sql, RETENTION, Date.now()));
      return plan(storage, "cut", Date.now() + CUT_EVERY_MS);
    }
    const id = work.slice("remove ".length);
    await this.#endpoint(id).erase();
    storage.transactionSync(() => {
      webhooks.dropWebhook(storage.sql, id);
      settle(storage, work);
    });
  }

  /** Each by itself: one that does not answer is woken again later, and holds up nobody. */
  async #wakeDue(): Promise<void> {
    const { storage } = this.ctx;
    this.#wokenMs = Date.now();
    const due = webhooks.dueWebhooks(storage.sql);
    const woken = await Promise.allSettled(due.map(({ id }) => this.#endpoint(id).wake()));
    if (!exists(storage)) return;
    storage.transactionSync(() => {
      woken.forEach(({ status }, index) => {
        const one = due[index];
        if (one && status === "fulfilled") webhooks.noteWoken(storage.sql, one.id, one.dueLast);
      });
    });
    const failed = woken.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    if (webhooks.dueWebhooks(storage.sql).length > 0) planAgain(storage, "wake", this.#wokenMs + WAKE_EVERY_MS);
    else settle(storage, "wake");
  }

  /** A feed is made by its first event or webhook, for a tenant that is there. */
  async #isMade(tenant: string): Promise<boolean> {
    const { storage } = this.ctx;
    if (exists(storage)) return true;
    const state = await tenantState(this.env.INDEX, tenant);
    if (state === undefined || state === "deleting") return false;
    if (!exists(storage))
      prepareStorage(storage, FEED_STEPS, () => {
        storage.sql.exec("INSERT INTO feed VALUES (1, ?, ?, 0, 0)", tenant, crypto.randomUUID().slice(0, 8));
      });
    return true;
  }

  #checkAddress(url: string): Outcome<URL> {
    return checkAddress(url, this.env.WEBHOOK_LOOPBACK === "allow");
  }

  #sequence(after: string | null): number {
    const feed = feedRow(this.ctx.storage.sql);
    return after === null ? feed.last : sequenceAt(feed, after);
  }

  #page({ events, upTo }: LogPage): FeedPage {
    const { epoch } = feedRow(this.ctx.storage.sql);
    const told = events.map(({ position, type, json }) => ({ position, type, json }));
    return { events: told, next: positionOf(epoch, upTo) };
  }

  #endpoint(id: string): EndpointInside {
    return this.env.ENDPOINTS.getByName(
      endpointName(feedRow(this.ctx.storage.sql).tenant, id),
    ) as unknown as EndpointInside;
  }
}

const notThere = () => fail("webhook.not-found", "there is no such webhook");
