// Reads everything that a tenant can read: every page of every list, and every twin, stream, run, evidence, dataset and
// model that the lists name.

import type { Api } from "../../examples/engines/client.ts";

/** Path and query to the status and the body as it came. */
export type Answers = Record<string, { status: number; text: string }>;

interface Listed {
  items: { id: string }[];
  next: string | null;
}

/** Streams are read as of each of `instants`, so that the same question has the same answer later. */
export async function crawl(api: Api, instants: readonly string[], pageSize = 3): Promise<Answers> {
  const answers: Answers = {};
  const read = async <Body>(path: string): Promise<Body> => {
    const response = await fetch(api.url + path, { headers: { authorization: `Bearer ${api.key}` } });
    const text = await response.text();
    answers[path] = { status: response.status, text };
    return JSON.parse(text) as Body;
  };
  const idsOf = async (path: string): Promise<string[]> => {
    const ids: string[] = [];
    for (let cursor = ""; ;) {
      const { items, next } = await read<Listed>(`${path}?limit=${pageSize}${cursor}`);
      ids.push(...items.map(({ id }) => id));
      if (next === null) return ids;
      cursor = `&cursor=${next}`;
    }
  };
  for (const id of await idsOf("/v1/twins")) {
    const { streams } = await read<{ streams: Record<string, { points: number }> }>(`/v1/twins/${id}`);
    for (const [name, { points }] of Object.entries(streams))
      if (points > 0) for (const asOf of instants) await read(`/v1/twins/${id}/streams/${name}?asOf=${asOf}`);
  }
  for (const id of await idsOf("/v1/runs")) {
    await read(`/v1/runs/${id}`);
    await read(`/v1/runs/${id}/evidence`);
  }
  for (const kind of ["datasets", "models"])
    for (const id of await idsOf(`/v1/${kind}`)) await read(`/v1/${kind}/${id}`);
  return answers;
}

/** The lists follow their objects within a second or so: until then a crawl may tell an older state. */
export async function untilListed({ url, key }: Api): Promise<void> {
  const read = async <Body>(path: string) =>
    (await (await fetch(url + path, { headers: { authorization: `Bearer ${key}` } })).json()) as Body;
  const isListed = async ({ id, updatedAt }: { id: string; updatedAt: string }) =>
    (await read<{ updatedAt: string }>(`/v1/twins/${id}`)).updatedAt === updatedAt;
  for (;;) {
    const { items } = await read<{ items: { id: string; updatedAt: string }[] }>("/v1/twins?limit=200");
    if ((await Promise.all(items.map(isListed))).every(Boolean)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
