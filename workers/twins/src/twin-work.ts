// What is due of a twin: the index and the feed follow it, its streams are kept up, and where it ends nothing is left.

import { exists, hasEvents, OUTBOX, settle } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { forgetOnBranches } from "./branches/branch-points.ts";
import { streamFolder } from "./contract.ts";
import { followTwin } from "./index-twin.ts";
import { bury } from "./grave.ts";
import { erasureOf, forgetTwin, isRetired, unlinkSources } from "./retire.ts";
import { STREAMS_WORK, type Streams } from "./streams/index.ts";
import { TwinTeller } from "./twin-events.ts";
import { nameOf, streamsOfTwin } from "./twin-record.ts";

/** Everything that is ever due of a twin. */
export const TWIN_WORKS = ["index", "links", OUTBOX, STREAMS_WORK, "retire"] as const;

/** A twin that is written to all the time tells of several writes at once. */
const TELL_EVERY_MS = 100;

/**
 * One at a time: what was under way does not index a twin that is retired, nor forget the one that comes after it, nor write
 * a body of it. Telling has turns of its own: nobody waits for the feed.
 */
function turns(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (work) => (last = last.catch(() => undefined).then(work));
}

export class TwinWork {
  readonly #env: Env;
  readonly #storage: DurableObjectStorage;
  readonly #streams: Streams;
  readonly #inTurn = turns();
  readonly #toldInTurn = turns();
  #teller: TwinTeller;
  #isTelling = false;
  #lastToldMs = 0;

  constructor(env: Env, storage: DurableObjectStorage, streams: Streams) {
    this.#env = env;
    this.#storage = storage;
    this.#streams = streams;
    this.#teller = new TwinTeller(env, storage);
  }

  /** At once, or with what else happens until the next telling. One that fails is made up for by due work. */
  async tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    const waitMs = this.#lastToldMs + TELL_EVERY_MS - Date.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await this.#toldInTurn(() => {
      this.#isTelling = false;
      this.#lastToldMs = Date.now();
      return this.#teller.tell();
    }).catch(() => undefined);
  }

  serve(work: string): Promise<void> {
    if (work === OUTBOX) return this.#toldInTurn(() => this.#teller.serve());
    if (work === STREAMS_WORK) return this.#inTurn(() => this.#keepUpStreams());
    return work === "retire" ? this.finishRetiring() : this.followInIndex();
  }

  /** `isAnew`: what the type declares may have changed a moment ago. */
  followInIndex(isAnew = false): Promise<void> {
    return this.#inTurn(() => this.#index(isAnew));
  }

  finishRetiring(): Promise<void> {
    return this.#inTurn(() => this.#leaveNothing());
  }

  isRetired(): boolean {
    return exists(this.#storage) && isRetired(this.#storage.sql);
  }

  /** Bodies first: while a row is left, erasing can be asked for again. */
  async erase(): Promise<void> {
    const name = exists(this.#storage) && nameOf(this.#storage.sql);
    if (name) await this.#streams.eraseBodies(streamFolder(name.tenant, name.id));
    await this.#storage.deleteAll();
    // What comes after it may have the same epoch: a dump that is restored.
    this.#teller = new TwinTeller(this.#env, this.#storage);
  }

  async #index(isAnew: boolean): Promise<void> {
    if ((await followTwin(this.#env.INDEX, this.#storage, isAnew)) === "tenant-gone") await this.erase();
  }

  /** Each step can be repeated; the last one leaves nothing that could be served again. */
  async #leaveNothing(): Promise<void> {
    if (!exists(this.#storage)) return;
    const name = nameOf(this.#storage.sql);
    if (!name || !this.isRetired()) return settle(this.#storage, "retire");
    await unlinkSources(this.#env, name);
    await forgetTwin(this.#env.INDEX, name);
    while (this.isRetired() && hasEvents(this.#storage.sql)) await this.#teller.serve();
    if (!this.isRetired()) return;
    const erasure = erasureOf(this.#storage.sql);
    if (erasure === null) return this.erase();
    await this.#streams.eraseBodies(streamFolder(name.tenant, name.id));
    bury(this.#storage, erasure);
  }

  async #keepUpStreams(): Promise<void> {
    if (!exists(this.#storage)) return;
    const streams = streamsOfTwin(this.#storage.sql);
    const name = nameOf(this.#storage.sql);
    if (streams && name)
      return this.#streams.keepUp(streams, streamFolder(name.tenant, name.id), (stream, keptFromMs) =>
        forgetOnBranches(this.#storage.sql, stream, keptFromMs),
      );
    settle(this.#storage, STREAMS_WORK);
  }
}
