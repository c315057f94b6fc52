// How many requests a second a side takes, and how long each: every client waits for its answer before it asks again.

import { OWN_KEY } from "@eigentwin/gateway/testing/deployment";
import { quantile } from "../../scripts/quantile.ts";

export interface Request {
  url: URL;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Makes the next request of one client, from the last answer where there was one. */
export type Client = (last?: Response) => Request;

export interface Speed {
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
}

export async function send({ url, method = "GET", body, headers }: Request): Promise<Response> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${OWN_KEY}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url.pathname} got ${response.status}: ${text}`);
  return response;
}

export async function measure(clients: readonly Client[], forMs: number): Promise<Speed> {
  const times: number[] = [];
  const ask = async (client: Client, last?: Response) => {
    const request = client(last);
    const started = performance.now();
    const response = await send(request);
    times.push(performance.now() - started);
    return response;
  };
  const first = await Promise.all(clients.map((client) => ask(client)));
  times.length = 0;
  const started = performance.now();
  await Promise.all(
    clients.map(async (client, index) => {
      for (let last = first[index]; performance.now() - started < forMs;) last = await ask(client, last);
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  return { perSecond: times.length / seconds, p50Ms: quantile(times, 0.5), p95Ms: quantile(times, 0.95) };
}
