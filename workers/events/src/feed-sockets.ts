// The WebSockets of one feed: opened, told in turn, looked after by due work, closed with a reason.

import { warnOf } from "@eigentwin/logging";
import { exists, plan, planBy, settle } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { isAdmitted } from "./admitted.ts";
import type { SocketQuestion } from "./contract.ts";
import {
  attachedTo,
  CLOSED,
  isTooSlow,
  MOST_UNCONFIRMED,
  noteConfirmed,
  PATIENCE_MS,
  placeIn,
  tellOn,
  tellPlace,
  type Attached,
} from "./sockets.ts";

export const SOCKETS = "sockets";
const MOST_SOCKETS = 1_000;
/** What is attached to a socket may be 16 KiB, in a form of its own. */
const MOST_FILTER = 8_000;
/** After something has happened, at most so late every socket is looked at: who may not go on, and who is where. */
const LOOK_AFTER_MS = 30_000;

export class FeedSockets {
  readonly #ctx: DurableObjectState;
  readonly #env: Env;
  #isTelling = false;
  #isWoken = false;

  constructor(ctx: DurableObjectState, env: Env) {
    this.#ctx = ctx;
    this.#env = env;
    // Answered without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  open({ filter, key, session }: SocketQuestion, { upTo, position }: { upTo: number; position: string }): Response {
    if (JSON.stringify(filter).length > MOST_FILTER) return new Response(null, { status: 413 });
    if (this.#ctx.getWebSockets().length >= MOST_SOCKETS) return new Response(null, { status: 409 });
    const { 0: theirs, 1: ours } = new WebSocketPair();
    this.#ctx.acceptWebSocket(ours);
    const state = { filter, key, session, upTo, told: upTo, unconfirmed: 0, waitingSinceMs: null };
    ours.serializeAttachment(state satisfies Attached);
    // Where it begins, so that one which is cut off before its first event resumes from here.
    ours.send(`{"id":"${position}"}`);
    this.tell();
    return new Response(null, { status: 101, webSocket: theirs });
  }

  /** Nobody waits for it; what it has not told when the object ends is told after the next event, or by the due work. */
  tell(): void {
    if (this.#open().length === 0 || !exists(this.#ctx.storage)) return;
    planBy(this.#ctx.storage, SOCKETS, Date.now() + LOOK_AFTER_MS);
    this.#isWoken = true;
    if (this.#isTelling) return;
    this.#isTelling = true;
    void this.#tellAll()
      .catch(warnOf("sockets not told"))
      .finally(() => (this.#isTelling = false));
  }

  heard(socket: WebSocket, message: string | ArrayBuffer): void {
    if (placeIn(message) === undefined)
      return socket.close(CLOSED.notUnderstood, 'a reader says ping, or {"at": "<id of an event>"}');
    noteConfirmed(socket);
    this.tell();
  }

  /** The due work. */
  async lookAfter(): Promise<void> {
    const { storage } = this.#ctx;
    const nowMs = Date.now();
    for (const socket of this.#open())
      if (isTooSlow(socket, nowMs))
        socket.close(CLOSED.tooSlow, 'too slow: say {"at": "<id>"} now and then; resume after your last id');
    await this.#tellAll();
    if (!exists(storage)) return;
    for (const socket of this.#open()) tellPlace(storage.sql, socket);
    settle(storage, SOCKETS);
    const waiting = this.#open().flatMap((socket) => attachedTo(socket).waitingSinceMs ?? []);
    if (waiting.length > 0) plan(storage, SOCKETS, Math.min(...waiting) + PATIENCE_MS);
  }

  closeAll(): void {
    for (const socket of this.#open()) socket.close(CLOSED.gone, "there is nothing more to tell");
  }

  async #tellAll(): Promise<void> {
    do {
      this.#isWoken = false;
      for (const socket of this.#open()) {
        const state = attachedTo(socket);
        if (!(await isAdmitted(this.#env, state, Date.now()))) {
          socket.close(CLOSED.noLongerAdmitted, "the key is no longer good here");
          continue;
        }
        if (!exists(this.#ctx.storage)) return;
        if (socket.readyState !== WebSocket.OPEN) continue;
        tellOn(this.#ctx.storage.sql, socket, Date.now());
        if (attachedTo(socket).unconfirmed >= MOST_UNCONFIRMED)
          planBy(this.#ctx.storage, SOCKETS, Date.now() + PATIENCE_MS);
      }
    } while (this.#isWoken);
  }

  #open(): WebSocket[] {
    return this.#ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
  }
}
