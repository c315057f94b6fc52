// Subscribers that keep what they were told, each event once by its id: over Server-Sent Events and by webhook.

import { eventsIn } from "@eigentwin/gateway/testing/event-stream";
import { startReceiver } from "@eigentwin/gateway/testing/receiver";
import { pause, type Api } from "./api.ts";

export interface Told {
  id: string;
  type: string;
  subject?: string;
  data: { twinSequence?: number };
}

/** Of one twin: the places that were told, in the order in which they came first. */
export type Places = ReadonlyMap<string, readonly number[]>;

export interface Subscriber {
  name: string;
  /** Where the deployment is from now on. */
  follow(api: Api): void;
  places(): Places;
  /** How many came, repeated ones too; and gaps that were told. */
  came(): { events: number; repeated: number; gaps: number };
  stop(): Promise<void>;
}

function ledger() {
  const seen = new Set<string>();
  const places = new Map<string, number[]>();
  const came = { events: 0, repeated: 0, gaps: 0 };
  return {
    places: () => places,
    came: () => came,
    note({ id, type, subject, data }: Told): void {
      came.events += 1;
      if (type === "feed.gap") came.gaps += 1;
      if (seen.has(id)) came.repeated += 1;
      const isNew = !seen.has(id);
      seen.add(id);
      if (!isNew || subject === undefined || data.twinSequence === undefined) return;
      const list = places.get(subject);
      if (list) list.push(data.twinSequence);
      else places.set(subject, [data.twinSequence]);
    },
  };
}

/** Reads the tenant's stream; when it breaks, resumes after the last id that it was given. */
export function streamReader(): Subscriber {
  const kept = ledger();
  let lastEventId = "0";
  let current: AbortController | undefined;
  let reading = Promise.resolve();

  async function readFrom(api: Api, hangUp: AbortSignal): Promise<void> {
    while (!hangUp.aborted) {
      await readOnce(api, hangUp).catch(() => undefined);
      await pause(200);
    }
  }

  async function readOnce({ url, key }: Api, signal: AbortSignal): Promise<void> {
    const headers = { authorization: `Bearer ${key}`, "last-event-id": lastEventId };
    const response = await fetch(`${url}/v1/events`, { headers, signal });
    if (!response.ok) return;
    for await (const { id = lastEventId, data } of eventsIn(response)) {
      if (data !== undefined) kept.note(JSON.parse(data) as Told);
      lastEventId = id;
    }
  }

  return {
    name: "Server-Sent Events",
    follow(api) {
      current?.abort();
      current = new AbortController();
      reading = readFrom(api, current.signal);
    },
    places: kept.places,
    came: kept.came,
    async stop() {
      current?.abort();
      await reading;
    },
  };
}

/** Stands outside what is killed, and answers 204 to all that it is sent. */
export async function webhookReceiver(): Promise<Subscriber & { url: string }> {
  const receiver = await startReceiver("healthy");
  const kept = ledger();
  let noted = 0;
  const noteAll = () => {
    for (const { event } of receiver.received.slice(noted)) kept.note(event as Told);
    noted = receiver.received.length;
  };
  return {
    name: "webhook",
    url: receiver.url,
    follow: () => undefined,
    places() {
      noteAll();
      return kept.places();
    },
    came() {
      noteAll();
      return kept.came();
    },
    stop: () => receiver.stop(),
  };
}
