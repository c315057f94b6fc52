// What a twin tells of itself: events are noted in the transaction of the change, told to the tenant's feed at once, and by
// due work until it has them.

import { feedOf } from "@eigentwin/events";
import {
  deliverOutbox,
  exists,
  noteEvent,
  nothingTold,
  tellOutbox,
  type Delivery,
  type Fact,
} from "@eigentwin/objects";
import type { Env } from "../env.ts";
import { headOf, nameOf } from "./twin-record.ts";

/** The index and, where it could not be told at once, the feed follow changes at most this often: one alarm serves both. */
export const FOLLOW_EVERY_MS = 1_000;

interface TwinFact extends Pick<Fact, "audit" | "isUntold"> {
  data?: Record<string, unknown>;
}

/** An event about the twin, as it is now. Call inside the transaction of what has happened. */
export function noteTwinEvent(storage: DurableObjectStorage, type: string, { data, ...more }: TwinFact): void {
  const twin = headOf(storage.sql);
  if (!twin) return;
  const { id, type: twinType, revision, sequence } = twin;
  const about = { twin: id, revision, twinSequence: sequence, ...data };
  noteEvent(storage, { type, subject: id, twinType, data: about, ...more }, FOLLOW_EVERY_MS);
}

/** Of a retired twin too: its end is told before nothing is left of it. */
export class TwinTeller {
  readonly #env: Env;
  readonly #storage: DurableObjectStorage;
  readonly #told = nothingTold();

  constructor(env: Env, storage: DurableObjectStorage) {
    this.#env = env;
    this.#storage = storage;
  }

  /** Now; what comes to nothing is left to due work. */
  async tell(): Promise<void> {
    const delivery = this.#delivery();
    if (delivery) await tellOutbox(this.#storage, delivery, this.#told);
  }

  /** The due work: what is told is forgotten. */
  async serve(): Promise<void> {
    const delivery = this.#delivery();
    if (delivery) await deliverOutbox(this.#storage, delivery, { told: this.#told, dueInMs: FOLLOW_EVERY_MS });
  }

  #delivery(): Delivery | undefined {
    const name = exists(this.#storage) && nameOf(this.#storage.sql);
    if (!name) return undefined;
    const { tenant, id } = name;
    return { tenant, source: `/v1/twins/${id}`, taker: feedOf(this.#env.FEEDS, tenant) };
  }
}
