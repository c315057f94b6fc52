// Receivers of webhooks on this machine, which behave as receivers do: well, slowly, half of the time, or not at all.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export type Manner = "healthy" | "slow" | "failing" | "silent";

export interface Received {
  headers: Record<string, string>;
  body: string;
  event: { id: string; type: string; subject?: string; sequence?: string; data: Record<string, unknown> };
  atMs: number;
}

export interface Receiver {
  url: string;
  manner: Manner;
  /** In the order in which they came, those that were answered with a failure too. */
  received: Received[];
  /** What was answered with a success, the first of each id. */
  accepted(): Received[];
  stop(): Promise<void>;
}

const SLOW_MS = 500;

/** Every challenge is answered as it should be, so that all of them are told something. */
export async function startReceiver(manner: Manner = "healthy"): Promise<Receiver> {
  const received: Received[] = [];
  const good: Received[] = [];
  let asked = 0;
  const server: Server = createServer(async (request, response) => {
    const body = await textOf(request);
    const message = { headers: request.headers as never, body, event: JSON.parse(body), atMs: Date.now() } as Received;
    if (message.event.type === "webhook.challenge") return void response.end(body);
    received.push(message);
    if (receiver.manner === "silent") return;
    if (receiver.manner === "slow") await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const isRefused = receiver.manner === "failing" && (asked += 1) % 2 === 1;
    if (!isRefused) good.push(message);
    response.writeHead(isRefused ? 500 : 204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    manner,
    received,
    accepted: () => [...new Map(good.toReversed().map((one) => [one.event.id, one])).values()].reverse(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk as string;
  return text;
}
