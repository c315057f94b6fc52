// What a run tells the tenant's feed: that it was accepted, and how it ended.

import { deliverOutbox, noteEvent } from "@eigentwin/objects";
import { feedOf } from "@eigentwin/events";
import type { Env } from "../env.ts";
import { readRun } from "./run-record.ts";

/** Call inside the transaction of what has happened. */
export function noteRunEvent(storage: DurableObjectStorage, type: string): void {
  const { request, conclusion } = readRun(storage.sql);
  const { id, capability, subject, traceparent } = request;
  const verdict = conclusion?.kind === "succeeded" ? { verdict: conclusion.verdict.word } : {};
  const failure = conclusion?.kind === "failed" ? { code: conclusion.failure.code } : {};
  noteEvent(storage, {
    type,
    subject: subject.id,
    ...(subject.kind === "twin" && { twinType: subject.type }),
    ...(traceparent !== undefined && { traceparent }),
    audit: conclusion
      ? { by: null, path: "/evidence", digest: conclusion.evidence.digest }
      : { by: request.by ?? null, path: "", digest: null },
    data: { run: id, capability, subject: { kind: subject.kind, id: subject.id }, ...verdict, ...failure },
  });
}

/** Call inside a transaction. Who wanted it; how it ends is told when it has. */
export function noteCancelAsked(storage: DurableObjectStorage, by: string): void {
  noteEvent(storage, { type: "run.cancel-asked", isUntold: true, audit: { by, path: "", digest: null }, data: {} });
}

export async function tellFeed(env: Env, storage: DurableObjectStorage): Promise<void> {
  const { tenant, id } = readRun(storage.sql).request;
  await deliverOutbox(storage, { tenant, source: `/v1/runs/${id}`, taker: feedOf(env.FEEDS, tenant) });
}

/** The last that it tells, and only to the audit log; with whatever was still to be told. Repeated, it is told again. */
export async function tellErased(env: Env, storage: DurableObjectStorage): Promise<void> {
  noteEvent(storage, { type: "run.erased", isUntold: true, audit: { by: null, path: "", digest: null }, data: {} });
  await tellFeed(env, storage);
}
