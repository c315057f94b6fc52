// WebSockets of a feed: each is told what follows its place, while it says that it keeps up. All that is known of one is
// attached to it, so that the object may leave memory while they stay open.

import type { EventFilter } from "./contract.ts";
import { feedRow, positionOf, readEvents } from "./feed-log.ts";

/** Where a socket stands; sequences are of the feed's log. */
export interface Attached {
  filter: EventFilter;
  /** Of whoever opened it. */
  key: string;
  session: string | null;
  /** Everything up to here has been looked at. */
  upTo: number;
  /** The place that it was last given. */
  told: number;
  /** Events that were told since it last said where it is. */
  unconfirmed: number;
  /** Since when it is told nothing more because it says nothing; null while it keeps up. */
  waitingSinceMs: number | null;
}

/** So many events a socket is told before it must say where it is. */
export const MOST_UNCONFIRMED = 200;
/** A socket that is to say where it is, and does not for so long, is cut off. */
export const PATIENCE_MS = 15_000;
export const CLOSED = { noLongerAdmitted: 4001, notUnderstood: 4002, tooSlow: 4008, gone: 4010 } as const;

const PAGE = 100;

export const attachedTo = (socket: WebSocket): Attached => socket.deserializeAttachment() as Attached;

/** Tells what there is, as far as the socket keeps up. */
export function tellOn(sql: SqlStorage, socket: WebSocket, nowMs: number): void {
  const state = attachedTo(socket);
  for (let hasMore = true; hasMore && state.unconfirmed < MOST_UNCONFIRMED;) {
    const room = Math.min(PAGE, MOST_UNCONFIRMED - state.unconfirmed);
    const page = readEvents(sql, state.upTo, state.filter, room);
    for (const { position, json } of page.events) socket.send(`{"id":"${position}","event":${json}}`);
    state.unconfirmed += page.events.length;
    state.told = page.events.at(-1)?.sequence ?? state.told;
    state.upTo = page.upTo;
    ({ hasMore } = page);
  }
  state.waitingSinceMs = state.unconfirmed < MOST_UNCONFIRMED ? null : (state.waitingSinceMs ?? nowMs);
  socket.serializeAttachment(state);
}

/** The place from which it would resume has moved past events that are not for it. */
export function tellPlace(sql: SqlStorage, socket: WebSocket): void {
  const state = attachedTo(socket);
  if (state.told === state.upTo) return;
  state.told = state.upTo;
  socket.send(`{"id":"${positionOf(feedRow(sql).epoch, state.upTo)}"}`);
  socket.serializeAttachment(state);
}

/** It has said where it is, which is the place of something that it was told. */
export function noteConfirmed(socket: WebSocket): void {
  const state = attachedTo(socket);
  socket.serializeAttachment({ ...state, unconfirmed: 0, waitingSinceMs: null } satisfies Attached);
}

export const isTooSlow = (socket: WebSocket, nowMs: number): boolean => {
  const { waitingSinceMs } = attachedTo(socket);
  return waitingSinceMs !== null && nowMs - waitingSinceMs >= PATIENCE_MS;
};

/** `{"at": "<id>"}`: where the reader is. Undefined for anything else. */
export function placeIn(message: string | ArrayBuffer): string | undefined {
  if (typeof message !== "string" || message.length > 200) return undefined;
  try {
    const { at } = (JSON.parse(message) ?? {}) as { at?: unknown };
    return typeof at === "string" ? at : undefined;
  } catch {
    return undefined;
  }
}
