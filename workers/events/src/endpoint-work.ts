// What an endpoint does when its alarm rings: show whose the address is, fetch what is new, deliver a round, say when to go
// on. Nothing is lost by a crash anywhere: a round whose outcome was not written is delivered again.

import { fail, type Outcome } from "@eigentwin/core";
import { count } from "@eigentwin/metrics";
import { exists, noteEvent, plan, planAgain, planIfNone, settle } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { ownEvent } from "./cloud-event.ts";
import {
  filterAfter,
  MOST_PENDING,
  nextAttemptMs,
  noteAttempt,
  pendingCount,
  readyLanes,
  takeIn,
} from "./deliveries.ts";
import type { Attempt, Delivery } from "./deliveries.ts";
import { isDown, noteFailedRound, noteSuccess, noteVerified, pauseEndpoint, readEndpoint } from "./endpoint-record.ts";
import { openSecrets, type Opened } from "./endpoint-secrets.ts";
import type { FeedInside } from "./feed-object.ts";
import { isSuccess, post, postForEcho } from "./outbound.ts";
import { PAUSE_AFTER_MS, retryAfterMs } from "./retry.ts";
import { deliverRound } from "./round.ts";
import { signatureHeaders } from "./signature.ts";
import { recentTenantState } from "./recent-tenant-state.ts";

export const DELIVER = "deliver";
/** Takes from the log what is too old or too much: a look at all of it, so not in every round. */
export const CUT = "cut";
const CUT_EVERY_MS = 10 * 60_000;
const FETCHED_AT_ONCE = 200;
const LOOK_AGAIN_MS = 10_000;

/** What the object has in memory. */
export interface InMemory {
  /** Whether something came while a round went on. */
  isWoken(): boolean;
  opened: Opened;
}

export async function serveDelivery(env: Env, storage: DurableObjectStorage, memory: InMemory): Promise<void> {
  const { sql } = storage;
  const { state, tenant } = readEndpoint(sql);
  if (state === "paused") return settle(storage, DELIVER);
  if ((await recentTenantState(env, tenant)) !== "active") return plan(storage, DELIVER, Date.now() + LOOK_AGAIN_MS);
  if (state === "unverified") return challenge(env, storage, memory.opened);
  const hasMore = await fetchNew(env, storage);
  if (!exists(storage)) return;
  const lanes = readyLanes(sql, Date.now());
  const tried = isDown(readEndpoint(sql)) ? lanes.slice(0, 1).map((lane) => lane.slice(0, 1)) : lanes;
  const send = await sender(env, storage, memory.opened);
  const attempts = await deliverRound(tried, { send, nowMs: Date.now });
  if (!exists(storage)) return;
  storage.transactionSync(() => endRound(storage, attempts, { nowMs: Date.now(), random: Math.random, hasMore }));
  const endpoint = readEndpoint(sql);
  if (memory.isWoken() && !isDown(endpoint) && endpoint.state === "active") planAgain(storage, DELIVER, Date.now());
}

/** True where the feed has more than was taken. */
async function fetchNew(env: Env, storage: DurableObjectStorage): Promise<boolean> {
  const { sql } = storage;
  const pending = pendingCount(sql);
  const endpoint = readEndpoint(sql);
  if (pending >= MOST_PENDING || (isDown(endpoint) && pending > 0)) return false;
  const { cursor, tenant } = endpoint;
  const { filter, upTo } = filterAfter(sql, cursor);
  const feed = env.FEEDS.getByName(tenant) as unknown as FeedInside;
  const page = await feed.pull(cursor, upTo, filter, Math.min(MOST_PENDING - pending, FETCHED_AT_ONCE));
  // Erased, or sent back by a replay, while the feed was asked.
  if (!exists(storage) || readEndpoint(sql).cursor !== cursor) return true;
  if (page.upTo !== cursor || page.events.length > 0) storage.transactionSync(() => takeIn(sql, page, Date.now()));
  return page.hasMore;
}

export interface RoundFacts {
  nowMs: number;
  random(): number;
  hasMore: boolean;
}

/** Call inside a transaction. */
export function endRound(storage: DurableObjectStorage, attempts: readonly Attempt[], facts: RoundFacts): void {
  const { sql } = storage;
  const { nowMs, random, hasMore } = facts;
  for (const attempt of attempts) noteAttempt(sql, attempt, random());
  if (attempts.length > 0) planIfNone(storage, CUT, nowMs + CUT_EVERY_MS);
  const succeeded = attempts.filter(isSuccess).length;
  count("eigentwin_webhook_attempts_total", ["delivered"], succeeded);
  count("eigentwin_webhook_attempts_total", ["failed"], attempts.length - succeeded);
  // Paused, or challenged anew, while the round went on.
  const before = readEndpoint(sql);
  if (before.state !== "active") return;
  if (succeeded > 0) noteSuccess(sql);
  if (attempts.length > 0 && succeeded === 0 && endFailedRound(storage, nowMs, random())) return;
  // One that was down has not been told what came meanwhile.
  const isBack = isDown(before) && succeeded > 0;
  const isFull = pendingCount(sql) >= MOST_PENDING;
  const goOnAtMs = (hasMore && !isFull) || isBack ? nowMs : nextAttemptMs(sql);
  if (goOnAtMs === undefined) settle(storage, DELIVER);
  else planAgain(storage, DELIVER, Math.max(nowMs, goOnAtMs));
}

/** False where single events are still tried by their own times. */
function endFailedRound(storage: DurableObjectStorage, nowMs: number, random: number): boolean {
  const { rounds, sinceMs } = noteFailedRound(storage.sql, nowMs);
  if (nowMs - sinceMs >= PAUSE_AFTER_MS) pauseForFailing(storage, sinceMs);
  else if (isDown(readEndpoint(storage.sql))) plan(storage, DELIVER, nowMs + retryAfterMs(rounds, random));
  else return false;
  return true;
}

function pauseForFailing(storage: DurableObjectStorage, sinceMs: number): void {
  pauseEndpoint(storage.sql, "failing");
  settle(storage, DELIVER);
  const { id, url } = readEndpoint(storage.sql);
  const data = { webhook: id, host: new URL(url).host, failingSince: new Date(sinceMs).toISOString() };
  noteEvent(storage, { type: "webhook.paused", subject: id, data });
}

/** The address is whose it should be where it says back what it was told. */
async function challenge(env: Env, storage: DurableObjectStorage, opened: Opened): Promise<void> {
  const { sql } = storage;
  const { id, url, challenge: text } = readEndpoint(sql);
  const event = ownEvent({
    id: `challenge_${text}`,
    source: `/v1/webhooks/${id}`,
    type: "webhook.challenge",
    data: { challenge: text },
  });
  const secrets = await openSecrets(env, sql, opened);
  const call = await signedCall(env, secrets, { id: event.id, body: JSON.stringify(event), url });
  const { isEchoed } = await postForEcho(call, text);
  if (!exists(storage) || readEndpoint(sql).challenge !== text || readEndpoint(sql).state !== "unverified") return;
  storage.transactionSync(() => {
    if (!isEchoed) return failedChallenge(storage, Date.now());
    noteVerified(sql);
    plan(storage, DELIVER, Date.now());
  });
}

function failedChallenge(storage: DurableObjectStorage, nowMs: number): void {
  const { rounds, sinceMs } = noteFailedRound(storage.sql, nowMs);
  if (nowMs - sinceMs >= PAUSE_AFTER_MS) pauseForFailing(storage, sinceMs);
  else plan(storage, DELIVER, nowMs + retryAfterMs(rounds, Math.random()));
}

async function sender(env: Env, storage: DurableObjectStorage, opened: Opened) {
  const secrets = await openSecrets(env, storage.sql, opened);
  const { url } = readEndpoint(storage.sql);
  return async ({ event, json }: Delivery) => post(await signedCall(env, secrets, { id: event, body: json, url }));
}

async function signedCall(
  env: Env,
  secrets: readonly string[],
  { id, body, url }: { id: string; body: string; url: string },
) {
  const signed = await signatureHeaders(secrets, { id, timestamp: Math.floor(Date.now() / 1000), body });
  const headers = { ...signed, "content-type": "application/cloudevents+json; charset=utf-8" };
  return { url, headers, body, allowLoopback: env.WEBHOOK_LOOPBACK === "allow" };
}

/** Whether something can be sent to it now. */
export function mustBeActive(sql: SqlStorage): Outcome<undefined> {
  const { state } = readEndpoint(sql);
  if (state === "active") return { ok: true, value: undefined };
  return fail("webhook.not-active", `this webhook is ${state}`, {
    hint: "POST /v1/webhooks/{id}/resume challenges its address, and goes on where it stopped.",
  });
}
