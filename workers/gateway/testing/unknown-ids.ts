// Asks for what is not there, by every route that takes an id, and looks whether any object has come into being by that.

import { OWN_KEY, type TestDeployment } from "./deployment.ts";

const CLASSES = {
  "eigentwin-twins": ["TwinObject"],
  "eigentwin-runs": ["RunObject", "UpgradeObject", "ReaderObject", "TenantObject", "ErasureObject"],
  "eigentwin-events": ["FeedObject", "EndpointObject"],
  "eigentwin-system": ["VaultObject", "LimiterObject"],
} as const;

/** Reads, and writes that name something: each is to answer 404. */
const ASKED: readonly ((id: string) => [method: string, path: string, body?: object])[] = [
  (id) => ["GET", `/v1/twins/${id}`],
  (id) => ["GET", `/v1/twins/${id}/properties/place`],
  (id) => ["GET", `/v1/twins/${id}/links`],
  (id) => ["GET", `/v1/twins/${id}/linked-from`],
  (id) => ["GET", `/v1/twins/${id}/history`],
  (id) => ["GET", `/v1/twins/${id}/diff?from=1`],
  (id) => ["GET", `/v1/twins/${id}?revision=1`],
  (id) => ["GET", `/v1/twins/${id}/streams/level`],
  (id) => ["GET", `/v1/twins/${id}/consent`],
  (id) => ["GET", `/v1/twins/${id}/events`],
  (id) => ["GET", `/v1/runs/${id}`],
  (id) => ["GET", `/v1/runs/${id}/evidence`],
  (id) => ["GET", `/v1/runs/${id}/bundle`],
  (id) => ["GET", `/v1/runs/${id}/events`],
  (id) => ["GET", `/v1/erasures/${id}`],
  (id) => ["GET", `/v1/webhooks/${id}`],
  (id) => ["GET", `/v1/datasets/${id}`],
  (id) => ["GET", `/v1/models/${id}`],
  (id) => ["POST", `/v1/twins/${id}/erasure`, { confirm: id }],
  (id) => ["PUT", `/v1/twins/${id}/consent/care`],
  (id) => ["POST", `/v1/runs`, { capability: "broken.healthy@1", subject: { kind: "twin", id } }],
];

export interface Scan {
  statuses: Map<number, number>;
  /** Objects that came into being: there should be none. */
  made: string[];
}

export async function scanUnknownIds(
  deployment: TestDeployment,
  { count, connections }: { count: number; connections: number },
): Promise<Scan> {
  // The tenant's own feed is there from its first event on.
  await deployment.call("POST", "/v1/twins", { body: { type: "broken.gauge@1" } });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const before = new Set(await objectsOf(deployment));
  const statuses = new Map<number, number>();
  let next = 0;
  const asking = async () => {
    for (let at = next++; at < count; at = next++) {
      const [method, path, body] = ASKED[at % ASKED.length]?.(`nobody-${at}`) ?? ["GET", "/"];
      const { status } = await deployment.call(method, path, { key: OWN_KEY, ...(body && { body }) });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: connections }, asking));
  return { statuses, made: (await objectsOf(deployment)).filter((name) => !before.has(name)) };
}

async function objectsOf({ harness }: TestDeployment): Promise<string[]> {
  const found: string[] = [];
  for (const [worker, classes] of Object.entries(CLASSES))
    for (const name of classes)
      for (const id of await harness.getWorker(worker).listDurableObjectIds(name)) found.push(`${name} ${String(id)}`);
  return found;
}
