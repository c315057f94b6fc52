// Sends malformed requests to a deployment and tells what went wrong: a fault of ours, a problem that is none, a write that
// was taken, or a state that is another afterwards.

import { Agent, request as send } from "node:http";
import fc from "fast-check";
import type { TestDeployment } from "./deployment.ts";
import { malformedRequests, type MalformedRequest } from "./malformed.ts";

interface Reply {
  status: number;
  contentType: string;
  body: string;
}

export interface Barrage {
  sent: number;
  /** How many answers had each status. */
  statuses: Map<number, number>;
  /** The first few of each kind, with the request as JSON. */
  faults: string[];
  /** What is another than before: tables, object classes, bodies or twins by name. */
  changed: string[];
}

export interface BarrageOptions {
  count: number;
  seed: number;
  connections: number;
  /** Of a key that may do everything. */
  authorization: string;
  onProgress?(sent: number): void;
}

/** Requests are made and sent in portions, so that a hundred thousand of them need no memory. */
const PORTION = 1_000;
const MOST_FAULTS = 10;

export async function barrage(deployment: TestDeployment, options: BarrageOptions): Promise<Barrage> {
  const { count, seed, connections, authorization, onProgress = () => {} } = options;
  const document = (await deployment.call("GET", "/openapi.json")).body as never;
  const requests = malformedRequests(document, authorization);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const statuses = new Map<number, number>();
  const faults: string[] = [];
  // It calls one empty object of each class: those are there from now on.
  await deployment.call("GET", "/healthz");
  const before = await stateOf(deployment);
  for (let sent = 0; sent < count; sent += PORTION) {
    const portion = fc.sample(requests, { seed: seed + sent, numRuns: Math.min(PORTION, count - sent) });
    const queue = portion.values();
    const sender = async () => {
      for (const request of queue) {
        const reply = await sendOne(deployment.url, request, agent);
        statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
        const fault = faultOf(request, reply);
        if (fault !== undefined && faults.length < MOST_FAULTS)
          faults.push(`${fault}: ${JSON.stringify(request).slice(0, 600)} -> ${reply.body.slice(0, 300)}`);
      }
    };
    await Promise.all(Array.from({ length: connections }, sender));
    onProgress(Math.min(count, sent + PORTION));
  }
  agent.destroy();
  return { sent: count, statuses, faults, changed: differences(before, await stateOf(deployment)) };
}

function faultOf({ method }: MalformedRequest, { status, contentType, body }: Reply): string | undefined {
  if (status >= 500) return `status ${status}`;
  if (status >= 400 && method !== "HEAD" && !contentType.startsWith("application/problem+json"))
    return `status ${status} is told as ${contentType || "nothing"}`;
  if (status < 400 && !["GET", "HEAD", "OPTIONS"].includes(method)) return `${method} was taken with ${status}`;
  return body.includes("<script>alert") && contentType.includes("html") ? "a script came back in a page" : undefined;
}

/** Over a socket of our own: fetch would mend or refuse some of these. */
function sendOne(url: URL, { method, path, headers, body }: MalformedRequest, agent: Agent): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // Said in so many bytes: Node leaves the length of a DELETE's body out, and what follows would be read as a request.
    const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
    const options = { agent, host: url.hostname, port: url.port, method, path, headers: { ...headers, ...length } };
    const outgoing = send(options, (answer) => {
      const contentType = answer.headers["content-type"] ?? "";
      // A stream has no end of its own.
      if (contentType.startsWith("text/event-stream")) {
        resolve({ status: answer.statusCode ?? 0, contentType, body: "" });
        return void outgoing.destroy();
      }
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, contentType, body: text }));
    });
    outgoing.on("error", (error) => reject(new Error(`${method} ${path}: ${error.message}`, { cause: error })));
    outgoing.end(body);
  });
}

const OBJECTS = {
  "eigentwin-twins": ["TwinObject"],
  "eigentwin-runs": ["RunObject", "TenantObject"],
  "eigentwin-system": ["VaultObject"],
  "eigentwin-events": ["EndpointObject"],
};
/** What may move by itself: when a key was last used, when the catalogue was last read. */
const MOVING = new Set(["lastUsedAt", "registeredAt", "refusedAt"]);

/** Every row of the index, every body and every object there is. A twin's own changes show in its sequence. */
async function stateOf({ harness, call }: TestDeployment): Promise<Map<string, string>> {
  const { INDEX, BODIES } = await harness
    .getWorker<{ INDEX: D1Database; BODIES: R2Bucket }>("eigentwin-gateway")
    .getEnv();
  const { results: tables } = await INDEX.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%' AND name <> 'd1_migrations' ORDER BY name",
  ).all<{ name: string }>();
  const state = new Map<string, string>();
  for (const { name } of tables) {
    const { results } = await INDEX.prepare(`SELECT * FROM "${name}"`).all();
    const kept = results.map((row) => Object.entries(row).filter(([column]) => !MOVING.has(column)));
    state.set(`table ${name}`, JSON.stringify(kept));
  }
  for (const [worker, classes] of Object.entries(OBJECTS))
    for (const name of classes)
      state.set(name, JSON.stringify((await harness.getWorker(worker).listDurableObjectIds(name)).sort()));
  state.set("bodies", JSON.stringify((await BODIES.list()).objects.map(({ key, etag }) => [key, etag])));
  const twins = (await call("GET", "/v1/twins")).body["items"] as { id: string }[];
  for (const { id } of twins) state.set(`twin ${id}`, JSON.stringify((await call("GET", `/v1/twins/${id}`)).body));
  return state;
}

const differences = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name));
