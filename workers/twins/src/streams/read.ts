// Reads a stream over all places where its points are: segments, blocks, the tail. Each stretch is read by itself from what
// is there at that moment, so points may move between the places while somebody reads on. A branch reads the same places as
// they were known when it was made, and its own points over them.

import type { Series } from "@eigentwin/core";
import { blocksOf, readBlock } from "./blocks.ts";
import { FIRST_MS, LAST_MS } from "./instant.ts";
import { segmentsOf, type ReadSegment } from "./segments.ts";
import { readTail } from "./tail.ts";
import { between, countOf, joined, knownAt, recordedBy, type Versions } from "./versions.ts";

export interface StreamPlaces {
  sql: SqlStorage;
  readSegment: ReadSegment;
  overlay?: Overlay;
}

/** What a branch has over the points of its twin. */
export interface Overlay {
  /** Of the twin's versions, later ones are not the branch's. */
  asOfMs: number;
  /** The branch's own, observed from `fromMs` to before `toMs`. */
  versionsOf(stream: string, fromMs: number, toMs: number): Versions;
}

export interface Question {
  stream: string;
  /** Inclusive. */
  fromMs?: number;
  /** Exclusive. */
  toMs?: number;
  asOfMs: number;
}

interface Source {
  firstAtMs: number;
  versions: number;
  load(): Versions | Promise<Versions>;
}

/** Versions that are put together at once. */
const AT_ONCE = 65_536;

/** The newest value known at `asOfMs` for each time of observation, in order, stretch by stretch. */
export async function* readStretches(
  places: StreamPlaces,
  { stream, fromMs = FIRST_MS, toMs = LAST_MS + 1, asOfMs }: Question,
  atOnce = AT_ONCE,
): AsyncGenerator<Series> {
  for (let from = fromMs; from < toMs;) {
    const { known, endMs } = await readStretch(places, { stream, fromMs: from, toMs, asOfMs }, atOnce);
    if (known.values.length > 0) yield known;
    from = endMs;
  }
}

async function readStretch(
  { sql, readSegment, overlay }: StreamPlaces,
  { stream, fromMs, toMs, asOfMs }: Required<Question>,
  atOnce: number,
): Promise<{ known: Series; endMs: number }> {
  const tail = readTail(sql);
  const keptFromMs = Math.max(fromMs, tail.states.get(stream)?.keptFromMs ?? fromMs);
  const knownMs = Math.min(asOfMs, overlay?.asOfMs ?? asOfMs);
  const range = { fromMs: keptFromMs, toMs, asOfMs: knownMs };
  const theirs = (versions: Versions) => (overlay ? recordedBy(versions, knownMs) : versions);
  const recent = theirs(between(tail.recent.get(stream) ?? joined([]), keptFromMs, toMs));
  const own = overlay?.versionsOf(stream, keptFromMs, toMs) ?? joined([]);
  const sources: Source[] = [
    ...segmentsOf(sql, stream, range).map((one) => ({ ...one, load: async () => theirs(await readSegment(one)) })),
    ...blocksOf(sql, stream, range).map((one) => ({ ...one, load: () => theirs(readBlock(sql, stream, one)) })),
    ...[recent, own].flatMap((held) =>
      countOf(held) > 0 ? [{ firstAtMs: held.observedAtMs[0] ?? 0, versions: countOf(held), load: () => held }] : [],
    ),
  ].sort((a, b) => a.firstAtMs - b.firstAtMs);
  let taken = 0;
  // What began before this stretch belongs to it whatever its size; only what begins in it counts.
  for (let versions = 0; taken < sources.length; taken++) {
    const { firstAtMs, versions: more } = sources[taken] ?? { firstAtMs: toMs, versions: 0 };
    if (firstAtMs <= keptFromMs) continue;
    if (versions >= atOnce) break;
    versions += more;
  }
  const endMs = sources[taken]?.firstAtMs ?? toMs;
  // Blocks are read now, before anything is waited for: they may become a segment meanwhile.
  const loading = sources.slice(0, taken).map(({ load }) => load());
  const parts = await Promise.all(loading);
  const versions = joined(parts.map((part) => between(part, keptFromMs, endMs)));
  return { known: knownAt(versions, asOfMs), endMs };
}

/** The earliest `limit` points, and when the next one was observed where there are more. */
export async function readPage(
  places: StreamPlaces,
  question: Question,
  limit: number,
): Promise<{ series: Series; nextMs?: number }> {
  const parts: Series[] = [];
  let count = 0;
  for await (const part of readStretches(places, question, Math.min(AT_ONCE, limit + 1))) {
    parts.push(part);
    count += part.values.length;
    if (count > limit) break;
  }
  const all = concatenated(parts, count);
  const nextMs = all.observedAtMs[limit];
  const series = { observedAtMs: all.observedAtMs.slice(0, limit), values: all.values.slice(0, limit) };
  return { series, ...(nextMs !== undefined && { nextMs }) };
}

export function concatenated(parts: readonly Series[], count: number): Series {
  const all = { observedAtMs: new Float64Array(count), values: new Float64Array(count) };
  let at = 0;
  for (const { observedAtMs, values } of parts) {
    all.observedAtMs.set(observedAtMs, at);
    all.values.set(values, at);
    at += values.length;
  }
  return all;
}
