// The Worker beside this file under workerd, and what its isolate holds after a collection: workerd's own inspector tells.

import { fileURLToPath } from "node:url";
import { unstable_startWorker } from "wrangler";

export interface Held {
  /** Bytes of JavaScript, and of WebAssembly memories. */
  heap: number;
  memory: number;
}

export interface Isolate {
  /** Runs mixed programs, and adds one number of each. */
  run(from: number, count: number): Promise<number>;
  get(path: string): Promise<unknown>;
  held(): Promise<Held>;
  stop(): Promise<void>;
}

/** A request that runs nothing: workerd collects when the isolate has its next turn after it was asked. */
const TURN = "/memory";

export async function startIsolate(): Promise<Isolate> {
  const worker = await unstable_startWorker({
    config: fileURLToPath(new URL("wrangler.toml", import.meta.url).href),
    dev: { server: { port: 0 }, inspector: { port: 0 }, logLevel: "error", watch: false, persist: false },
  });
  await worker.ready;
  const get = async (path: string): Promise<unknown> => {
    const response = await worker.fetch(`http://isolate${path}`);
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  await get(TURN);
  const inspector = await connect(new URL("/ws", (await worker.inspectorUrl)?.href.replace("http", "ws")));
  return {
    run: async (from, count) => Number(await get(`/mixed?from=${from}&count=${count}`)),
    get,
    held: async () => {
      // Twice: what references let go in one collection is gone in the next.
      for (let time = 0; time < 2; time++) {
        let isCollected = false;
        const collected = inspector.ask("HeapProfiler.collectGarbage").finally(() => (isCollected = true));
        while (!isCollected) await get(TURN);
        await collected;
      }
      const { usedSize } = (await inspector.ask("Runtime.getHeapUsage")) as { usedSize: number };
      return { heap: usedSize, memory: Number(await get("/memory")) };
    },
    stop: async () => {
      inspector.close();
      await worker.dispose();
    },
  };
}

interface Inspector {
  ask(method: string): Promise<unknown>;
  close(): void;
}

/** The Chrome DevTools protocol, as far as it is asked here. */
async function connect(url: URL): Promise<Inspector> {
  // Its proxy answers no one who names no origin. Node's WebSocket takes headers; its type is that of browsers.
  const options = { headers: { Origin: "http://localhost" } } as unknown as string[];
  const socket = new WebSocket(url.href, options);
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  const end = (why: string) => () => waiting.forEach(({ reject }) => reject(new Error(why)));
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as { id?: number; result?: unknown; error?: unknown };
    const asked = waiting.get(id ?? 0);
    waiting.delete(id ?? 0);
    if (error) asked?.reject(new Error(JSON.stringify(error)));
    else asked?.resolve(result);
  });
  socket.addEventListener("close", end("the inspector of workerd closed the connection"));
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("the inspector of workerd takes no connection")));
  });
  let asked = 0;
  return {
    ask: (method) =>
      new Promise((resolve, reject) => {
        waiting.set(++asked, { resolve, reject });
        socket.send(JSON.stringify({ id: asked, method }));
      }),
    close: () => socket.close(),
  };
}
