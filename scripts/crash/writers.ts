// Writers that know what was acknowledged to them and what was not, and can tell what of it is lost.

import { ask, isSuccess, read, type Answered, type Api } from "./api.ts";

export interface Finding {
  lost: string[];
  /** Writes that are there in part. */
  torn: string[];
}

export interface Writer {
  acknowledged: number;
  unanswered: number;
  /** Asks for one write and waits for its answer. A refusal is a fault of this test, and throws. */
  write(api: Api): Promise<void>;
  /** What of the writes since the last look is not there. */
  check(api: Api): Promise<Finding>;
}

/** Counts an answer, and gives it back where it acknowledges the write. */
function count(writer: Writer, what: string, answered: Answered | undefined): Answered | undefined {
  // A Worker that is being killed may still say that it cannot reach another.
  if (!answered || answered.status >= 500) {
    writer.unanswered += 1;
    return undefined;
  }
  if (!isSuccess(answered)) throw new Error(`${what} was refused: ${JSON.stringify(answered)}`);
  writer.acknowledged += 1;
  return answered;
}

/** Counts up in one property: the last acknowledged number, or a later one that was asked for, must be there. */
export function propertyWriter(twin: string): Writer {
  let asked = 0;
  let known = 0;
  const writer: Writer = {
    acknowledged: 0,
    unanswered: 0,
    async write(api) {
      const number = (asked += 1);
      const answered = await ask(api, "PATCH", `/v1/twins/${twin}/properties`, { place: String(number) });
      if (count(writer, `PATCH of ${twin}`, answered)) known = number;
    },
    async check(api) {
      const { properties } = (await read(api, `/v1/twins/${twin}`)) as { properties: { place?: string } };
      const found = Number(properties.place ?? 0);
      return {
        lost: found >= known && found <= asked ? [] : [`${twin}: place is ${found}, ${known} was acknowledged`],
        torn: [],
      };
    },
  };
  return writer;
}

interface Batch {
  from: number;
  points: number;
  isAcknowledged: boolean;
}

const SECOND_MS = 1_000;
const at = (index: number): string => new Date(Date.UTC(2026, 0) + index * SECOND_MS).toISOString();

/** Appends batches of one to five points, of which all must be there where one was acknowledged, else all or none. */
export function pointWriter(twin: string, random: () => number): Writer & { points(): number } {
  let next = 0;
  let stored = 0;
  let unlooked: Batch[] = [];
  const writer: Writer = {
    acknowledged: 0,
    unanswered: 0,
    async write(api) {
      const batch: Batch = { from: next, points: 1 + Math.floor(5 * random()), isAcknowledged: false };
      next += batch.points;
      unlooked.push(batch);
      const points = Array.from({ length: batch.points }, (_, index) => ({
        stream: "direction",
        observedAt: at(batch.from + index),
        value: batch.from + index,
      }));
      const answered = await ask(api, "POST", `/v1/twins/${twin}/points`, { points });
      batch.isAcknowledged = count(writer, `points of ${twin}`, answered) !== undefined;
    },
    async check(api) {
      const finding: Finding = { lost: [], torn: [] };
      const values = await valuesOf(api, twin, unlooked[0]?.from ?? next);
      for (const { from, points, isAcknowledged } of unlooked) {
        const found = Array.from({ length: points }, (_, index) => from + index).filter((one) =>
          values.has(one),
        ).length;
        stored += found;
        if (isAcknowledged && found < points)
          finding.lost.push(`${twin}: ${points - found} points from ${at(from)} on`);
        else if (found > 0 && found < points) finding.torn.push(`${twin}: ${found} of ${points} from ${at(from)} on`);
      }
      unlooked = [];
      return finding;
    },
  };
  return Object.assign(writer, { points: () => stored });
}

async function valuesOf(api: Api, twin: string, from: number): Promise<Set<number>> {
  const values = new Set<number>();
  const path = `/v1/twins/${twin}/streams/direction?limit=10000`;
  let page: { points: { value: number }[]; next: string | null } = { points: [], next: null };
  do {
    page = (await read(
      api,
      `${path}&${page.next === null ? `from=${at(from)}` : `cursor=${page.next}`}`,
    )) as typeof page;
    for (const { value } of page.points) values.add(value);
  } while (page.next !== null);
  return values;
}

/** Makes, renames and removes webhooks that are told of nothing. */
export function subscriptionWriter(name: string, url: string, random: () => number): Writer {
  /** Titles by id: the last acknowledged, and every later one that was asked for. */
  const titles = new Map<string, string[]>();
  const leaving = new Set<string>();
  let asked = 0;
  const writer: Writer = {
    acknowledged: 0,
    unanswered: 0,
    async write(api) {
      const title = `${name}-${(asked += 1)}`;
      const [id] = [...titles.keys()].filter((one) => !leaving.has(one));
      const choice = random();
      if (id === undefined || (choice < 0.3 && titles.size < 8)) {
        const draft = { url, title, types: ["webhook.paused"] };
        const made = count(writer, "POST of a webhook", await ask(api, "POST", "/v1/webhooks", draft));
        if (made) titles.set((made.body as { webhook: { id: string } }).webhook.id, [title]);
      } else if (choice < 0.8) {
        titles.get(id)?.push(title);
        const answered = await ask(api, "PATCH", `/v1/webhooks/${id}`, { title });
        if (count(writer, `PATCH of ${id}`, answered)) titles.set(id, [title]);
      } else {
        leaving.add(id);
        if (count(writer, `DELETE of ${id}`, await ask(api, "DELETE", `/v1/webhooks/${id}`))) titles.delete(id);
      }
    },
    async check(api) {
      const { items } = (await read(api, "/v1/webhooks")) as { items: { id: string; title: string }[] };
      const found = new Map(items.map((one) => [one.id, one.title]));
      const lost: string[] = [];
      for (const [id, allowed] of titles) {
        const title = found.get(id);
        if (title === undefined ? !leaving.has(id) : !allowed.includes(title))
          lost.push(`${id} is ${title ?? "gone"}, acknowledged was ${allowed[0]}`);
        if (title === undefined) titles.delete(id);
        else titles.set(id, [title]);
      }
      for (const id of leaving) {
        if (found.has(id) && !titles.has(id)) lost.push(`${id} is there, and its end was acknowledged`);
        leaving.delete(id);
      }
      return { lost, torn: [] };
    },
  };
  return writer;
}
