// One webhook: its address, its secrets, its place in the feed, and what it has been told. One that is dead or slow keeps
// nobody else waiting.

import { DurableObject } from "cloudflare:workers";
import { fail, succeed, type Outcome } from "@eigentwin/core";
import { flushWhenDue } from "@eigentwin/metrics";
import { deliverOutbox, exists, OUTBOX, plan, prepareStorage, serveDue, settle } from "@eigentwin/objects";
import type { DueWork } from "@eigentwin/objects";
import { metricsOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import { ownEvent } from "./cloud-event.ts";
import {
  feedOf,
  type DeliveryView,
  type EndpointService,
  type EventFilter,
  type WebhookChange,
  type WebhookView,
} from "./contract.ts";
import { addDelivery, cutLog, deliveryLog, forgetDeliveries, goBack, redrive } from "./deliveries.ts";
import * as record from "./endpoint-record.ts";
import { nextNumber, putSecret, sealNewSecret, type Opened } from "./endpoint-secrets.ts";
import { CUT, DELIVER, mustBeActive, serveDelivery } from "./endpoint-work.ts";
import { ENDPOINT_STEPS } from "./steps.ts";

/** What only the feed asks. */
export interface EndpointInside extends EndpointService {
  begin(draft: record.EndpointDraft): Promise<{ webhook: WebhookView; secret: string }>;
  change(change: WebhookChange & { filter: EventFilter; from: number }): Promise<Outcome<WebhookView>>;
  replay(after: number): Promise<Outcome<WebhookView>>;
  wake(): Promise<void>;
  /** Nothing more is told of a twin that is being erased, but the event of the type `kept`. */
  forget(twin: string, kept: string): Promise<void>;
  erase(): Promise<void>;
}

export class EndpointObject extends DurableObject<Env> implements EndpointInside {
  /** Something came while a round went on. */
  #isWoken = false;
  readonly #opened: Opened = new Map();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (exists(ctx.storage)) prepareStorage(ctx.storage, ENDPOINT_STEPS);
  }

  async begin(draft: record.EndpointDraft): Promise<{ webhook: WebhookView; secret: string }> {
    const { storage } = this.ctx;
    const made = await sealNewSecret(this.env, draft, 1);
    prepareStorage(storage, ENDPOINT_STEPS, () => {
      record.insertEndpoint(storage.sql, draft);
      putSecret(storage.sql, made, 0);
      plan(storage, DELIVER, Date.now());
    });
    return { webhook: record.viewOf(storage.sql), secret: made.secret };
  }

  async change({
    url,
    title,
    filter,
    from,
  }: WebhookChange & { filter: EventFilter; from: number }): Promise<Outcome<WebhookView>> {
    return this.#writing(({ sql }) => {
      record.putFilter(sql, from, filter);
      if (title !== undefined) record.putTitle(sql, title);
      if (url !== undefined && url !== record.readEndpoint(sql).url) record.putUrl(sql, url);
      this.#goOn();
    });
  }

  async view(): Promise<Outcome<WebhookView>> {
    return exists(this.ctx.storage) ? succeed(record.viewOf(this.ctx.storage.sql)) : notThere();
  }

  async pause(): Promise<Outcome<WebhookView>> {
    return this.#writing((storage) => {
      record.pauseEndpoint(storage.sql, "asked");
      settle(storage, DELIVER);
    });
  }

  async resume(): Promise<Outcome<WebhookView>> {
    return this.#writing(({ sql }) => {
      if (record.readEndpoint(sql).state !== "active") record.resumeEndpoint(sql);
      this.#goOn();
    });
  }

  async replay(after: number): Promise<Outcome<WebhookView>> {
    return this.#writing(({ sql }) => {
      goBack(sql, after);
      this.#goOn();
    });
  }

  async rotate(overlapSeconds: number): Promise<Outcome<{ webhook: WebhookView; secret: string }>> {
    const { storage } = this.ctx;
    if (!exists(storage)) return notThere();
    const endpoint = record.readEndpoint(storage.sql);
    const made = await sealNewSecret(this.env, endpoint, nextNumber(storage.sql));
    if (!exists(storage)) return notThere();
    storage.transactionSync(() => putSecret(storage.sql, made, 1000 * overlapSeconds));
    return succeed({ webhook: record.viewOf(storage.sql), secret: made.secret });
  }

  async test(): Promise<Outcome<{ event: string }>> {
    const { storage } = this.ctx;
    if (!exists(storage)) return notThere();
    const active = mustBeActive(storage.sql);
    if (!active.ok) return active;
    const { id } = record.readEndpoint(storage.sql);
    const event = `test_${crypto.randomUUID()}`;
    const source = `/v1/webhooks/${id}`;
    const json = JSON.stringify(ownEvent({ id: event, source, type: "webhook.test", data: { webhook: id } }));
    storage.transactionSync(() => {
      addDelivery(storage.sql, { event, type: "webhook.test", lane: event, place: null, json }, Date.now());
      this.#goOn();
    });
    return succeed({ event });
  }

  async log(limit: number, before: number | null): Promise<Outcome<DeliveryView[]>> {
    return exists(this.ctx.storage) ? succeed(deliveryLog(this.ctx.storage.sql, limit, before)) : notThere();
  }

  async redrive(event: string | null): Promise<Outcome<{ redriven: number }>> {
    const { storage } = this.ctx;
    if (!exists(storage)) return notThere();
    return succeed(
      storage.transactionSync(() => {
        const redriven = redrive(storage.sql, event, Date.now());
        if (redriven > 0) this.#goOn();
        return { redriven };
      }),
    );
  }

  /** While nothing comes through, what is new waits for the next try. */
  async wake(): Promise<void> {
    const { storage } = this.ctx;
    if (!exists(storage)) return;
    const endpoint = record.readEndpoint(storage.sql);
    if (endpoint.state !== "active") return;
    const [due] = storage.sql.exec<{ at_ms: number }>("SELECT at_ms FROM due WHERE work = ?", DELIVER).toArray();
    if (due && record.isDown(endpoint)) return;
    this.#isWoken = true;
    if (!due || due.at_ms > Date.now()) plan(storage, DELIVER, Date.now());
  }

  async forget(twin: string, kept: string): Promise<void> {
    if (exists(this.ctx.storage)) forgetDeliveries(this.ctx.storage.sql, twin, kept);
  }

  async erase(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    await serveDue(this.ctx.storage, [DELIVER, CUT, OUTBOX], (due) => this.#serve(due));
    await flushWhenDue(metricsOf(this.env.METRICS));
  }

  async #serve({ work }: DueWork): Promise<void> {
    const { storage } = this.ctx;
    if (work === OUTBOX) {
      const { tenant, id } = record.readEndpoint(storage.sql);
      return deliverOutbox(storage, { tenant, source: `/v1/webhooks/${id}`, taker: feedOf(this.env.FEEDS, tenant) });
    }
    if (work === CUT) {
      cutLog(storage.sql, Date.now());
      return settle(storage, CUT);
    }
    this.#isWoken = false;
    await serveDelivery(this.env, storage, { isWoken: () => this.#isWoken, opened: this.#opened });
  }

  #goOn(): void {
    this.#isWoken = true;
    if (record.readEndpoint(this.ctx.storage.sql).state !== "paused") plan(this.ctx.storage, DELIVER, Date.now());
  }

  #writing(write: (storage: DurableObjectStorage) => void): Outcome<WebhookView> {
    const { storage } = this.ctx;
    if (!exists(storage)) return notThere();
    storage.transactionSync(() => write(storage));
    return succeed(record.viewOf(storage.sql));
  }
}

const notThere = () => fail("webhook.not-found", "there is no such webhook");
