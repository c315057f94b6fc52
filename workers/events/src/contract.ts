// What other Workers may ask of a tenant's feed and of its webhooks. Every expected failure is data.

import type { AuditEntry, AuditMark, BrokenLink, Outcome } from "@eigentwin/core";
import type { OutboxTaker } from "@eigentwin/objects";

/** Which events: every member that is there must hold. */
export interface EventFilter {
  /** `run.failed`, or `run.*`. */
  types?: readonly string[];
  /** Ids of twins: events about them, of runs too. */
  twins?: readonly string[];
  /** Twin types without their majors; events of no twin are then left out. */
  twinTypes?: readonly string[];
}

export interface FeedQuestion {
  /** A position that the feed gave, "0" for the first event that it holds, null for what comes from now on. */
  after: string | null;
  filter: EventFilter;
  limit: number;
  /** Waits so long for a first event. */
  waitMs: number;
}

/** What a WebSocket is to be told, and for whom: what it says at the door, as JSON in the query of its request. */
export interface SocketQuestion {
  after: string | null;
  filter: EventFilter;
  /** Hashes of the key that opened it, and of the session that stood for the key. */
  key: string;
  session: string | null;
}

export interface ToldEvent {
  position: string;
  type: string;
  /** The CloudEvent as JSON. A `feed.gap` stands for what retention has cut. */
  json: string;
}

export interface FeedPage {
  events: ToldEvent[];
  /** Where to go on, also past events that the filter leaves out. */
  next: string;
}

export interface WebhookDraft {
  url: string;
  title: string;
  filter: EventFilter;
}

export interface WebhookChange {
  url?: string;
  title?: string;
  types?: readonly string[] | null;
  twins?: readonly string[] | null;
}

/** `unverified` until the address has answered its challenge. */
export type WebhookState = "unverified" | "active" | "paused";

export interface WebhookView {
  id: string;
  url: string;
  title: string;
  types: readonly string[] | null;
  twins: readonly string[] | null;
  twinTypes: readonly string[];
  state: WebhookState;
  /** Why it is paused; null where it is not. */
  pausedBecause: "asked" | "failing" | null;
  /** Since when nothing has been delivered; null where the last delivery succeeded. */
  failingSince: string | null;
  /** Events that wait for their delivery. */
  pending: number;
  /** Events that were given up, until they are driven again. */
  failed: number;
  createdAt: string;
}

export interface DeliveryView {
  /** Its place in the log. */
  number: number;
  event: string;
  type: string;
  state: "pending" | "delivered" | "failed";
  attempts: number;
  /** HTTP status of the last attempt; null where there was none. */
  status: number | null;
  /** Why there was none: the words of a fixed list. */
  fault: string | null;
  lastAttemptAt: string | null;
  nextAttemptAt: string | null;
}

/** What the gateway has to say of a write that no object tells of. */
export type AuditDraft = Omit<AuditEntry, "number" | "hash">;

/** As it is archived: with the event that told it, where one did. */
export interface ArchivedAuditEntry extends AuditEntry {
  source: string | null;
}

export interface AuditQuestion {
  /** Entries before this number; the newest where it is null. */
  before: number | null;
  limit: number;
  /** A path of the API, or null for all of them. */
  target: string | null;
}

export interface AuditService {
  /** Durable when it returns. */
  audit(tenant: string, draft: AuditDraft): Promise<void>;
  /** Newest first. */
  auditLog(question: AuditQuestion): Promise<AuditEntry[]>;
  /** A stretch of the chain, recomputed from a mark on; `isEnd` where nothing follows it. */
  verifyAudit(from: AuditMark, limit: number): Promise<{ mark: AuditMark; broken?: BrokenLink; isEnd: boolean }>;
  /** In order. */
  auditAfter(number: number, limit: number): Promise<ArchivedAuditEntry[]>;
  /** Of a tenant that is being restored. */
  restoreAudit(tenant: string, entries: readonly ArchivedAuditEntry[]): Promise<Outcome<undefined>>;
}

export interface FeedService extends OutboxTaker, AuditService {
  read(question: FeedQuestion): Promise<FeedPage>;
  /** The secret is told here and never again. */
  addWebhook(tenant: string, draft: WebhookDraft): Promise<Outcome<{ webhook: WebhookView; secret: string }>>;
  changeWebhook(id: string, change: WebhookChange): Promise<Outcome<WebhookView>>;
  removeWebhook(id: string): Promise<Outcome<undefined>>;
  webhookIds(): Promise<string[]>;
  /** Goes on from the first event at or after a time. */
  replayWebhook(id: string, from: string): Promise<Outcome<WebhookView>>;
  /** Events about a twin that is being erased go from the log and from all deliveries; the one of the type `kept` stays. */
  forget(twin: string, kept: string): Promise<void>;
  /** Everything, with the tenant's webhooks and its audit log: for good. */
  erase(): Promise<void>;
}

export interface EndpointService {
  view(): Promise<Outcome<WebhookView>>;
  pause(): Promise<Outcome<WebhookView>>;
  /** Goes on where it stopped; an address that has not answered its challenge is challenged again. */
  resume(): Promise<Outcome<WebhookView>>;
  /** The secret before signs too, for so long. */
  rotate(overlapSeconds: number): Promise<Outcome<{ webhook: WebhookView; secret: string }>>;
  test(): Promise<Outcome<{ event: string }>>;
  /** The latest first, before the number where one is given. */
  log(limit: number, before: number | null): Promise<Outcome<DeliveryView[]>>;
  /** Those that were given up are tried again: all, or the one of an event. */
  redrive(event: string | null): Promise<Outcome<{ redriven: number }>>;
}

/** One feed a tenant. */
export const feedOf = (namespace: DurableObjectNamespace, tenant: string): FeedService =>
  namespace.getByName(tenant) as unknown as FeedService;

/** The answer holds the other end of a WebSocket: 409 where there are too many, 413 where the filter is too large to keep. */
export const openSocket = (
  namespace: DurableObjectNamespace,
  tenant: string,
  question: SocketQuestion,
): Promise<Response> =>
  namespace.getByName(tenant).fetch(`https://feed/?question=${encodeURIComponent(JSON.stringify(question))}`, {
    headers: { upgrade: "websocket" },
  });

/** One endpoint a webhook. It comes into being by being called: ask the feed for its id before. */
export const endpointOf = (namespace: DurableObjectNamespace, tenant: string, id: string): EndpointService =>
  namespace.getByName(endpointName(tenant, id)) as unknown as EndpointService;

export const endpointName = (tenant: string, id: string): string => `${tenant}/${id}`;

/** `since` tells hooks of one name apart that come after each other. */
export interface HookName {
  tenant: string;
  id: string;
  since: string;
}

/**
 * `new` is to be taken, also where an earlier taking was cut off: it keeps the time at which it came first. `other` is another
 * message under the same id.
 */
export type MessageState =
  | { kind: "new"; receivedAt: string }
  | { kind: "answered"; answer: string }
  | { kind: "under-way" }
  | { kind: "other" };

/**
 * How the taking of a message ended. One of which nothing was taken is as one that never came; one that was cut off may have
 * written, so it comes again at once as the same message of the same time.
 */
export type MessageEnd = { kind: "answered"; answer: string } | { kind: "nothing-taken" } | { kind: "cut-off" };

/** What an inbound hook has taken. */
export interface HookService {
  begin(name: HookName, message: { id: string; digest: string }): Promise<MessageState>;
  end(id: string, end: MessageEnd): Promise<void>;
  /** Nothing of what was done to a twin that is being erased, but that it was done. */
  forget(twin: string): Promise<void>;
  erase(): Promise<void>;
}

/** One an inbound hook. It comes into being by being called: look the hook up before. */
export const hookOf = (namespace: DurableObjectNamespace, tenant: string, id: string): HookService =>
  namespace.getByName(`${tenant}/${id}`) as unknown as HookService;
