// From the moment a write is sent to the moment a reader of Server-Sent Events has it.

import { OWN_KEY, type TestDeployment } from "@eigentwin/gateway/testing/deployment";
import { eventsIn } from "@eigentwin/gateway/testing/event-stream";
import { send } from "./measure.ts";

/** Milliseconds of each write, sorted. */
export async function latencies(deployment: TestDeployment, twin: string, writes: number): Promise<number[]> {
  const hangUp = new AbortController();
  const response = await deployment.fetch(`/v1/twins/${twin}/events`, {
    headers: { authorization: `Bearer ${OWN_KEY}` },
    signal: hangUp.signal,
  });
  const waiting = new Map<number, () => void>();
  const reading = follow(response, (revision) => waiting.get(revision)?.()).catch(() => undefined);
  const url = new URL(`/v1/twins/${twin}/properties/note`, deployment.url);
  let { revision } = (await deployment.call("GET", `/v1/twins/${twin}`)).body as { revision: number };
  const times: number[] = [];
  for (let count = 0; count < writes; count++) {
    const told = new Promise<void>((resolve) => waiting.set((revision += 1), resolve));
    const started = performance.now();
    await send({ url, method: "PUT", body: `written ${revision}`, headers: { "if-match": "*" } });
    await told;
    times.push(performance.now() - started);
  }
  hangUp.abort();
  await reading;
  return times.sort((a, b) => a - b);
}

async function follow(response: Response, told: (revision: number) => void): Promise<void> {
  for await (const { data } of eventsIn(response))
    if (data !== undefined) told((JSON.parse(data) as { data: { revision: number } }).data.revision);
}
