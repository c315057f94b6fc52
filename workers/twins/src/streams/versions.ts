// Every value that a stream ever had at a time, with when it was recorded: in columns, ordered by time of observation and
// then of recording. A correction is a version more; what is read is the newest one that was known.

import type { Series } from "@eigentwin/core";

export interface Versions {
  observedAtMs: Float64Array;
  recordedAtMs: Float64Array;
  values: Float64Array;
}

export interface Version {
  observedAtMs: number;
  recordedAtMs: number;
  value: number;
}

const BYTES_EACH = 24;

export const countOf = ({ values }: Versions): number => values.length;

/** In any order. */
export function versionsOf(list: readonly Version[]): Versions {
  return inOrder({
    observedAtMs: Float64Array.from(list, ({ observedAtMs }) => observedAtMs),
    recordedAtMs: Float64Array.from(list, ({ recordedAtMs }) => recordedAtMs),
    values: Float64Array.from(list, ({ value }) => value),
  });
}

export const slice = ({ observedAtMs, recordedAtMs, values }: Versions, start: number, end: number): Versions => ({
  observedAtMs: observedAtMs.subarray(start, end),
  recordedAtMs: recordedAtMs.subarray(start, end),
  values: values.subarray(start, end),
});

/** The first position whose time of observation is not before `atMs`. */
export function positionOf({ observedAtMs }: Versions, atMs: number): number {
  let [low, high] = [0, observedAtMs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((observedAtMs[middle] ?? 0) < atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Observed from `fromMs` to before `toMs`. */
export const between = (versions: Versions, fromMs: number, toMs: number): Versions =>
  slice(versions, positionOf(versions, fromMs), positionOf(versions, toMs));

/** Recorded by `asOfMs`. */
export function recordedBy(versions: Versions, asOfMs: number): Versions {
  const { observedAtMs, recordedAtMs, values } = versions;
  if (recordedAtMs.every((at) => at <= asOfMs)) return versions;
  const kept = (column: Float64Array) => column.filter((_, index) => (recordedAtMs[index] ?? 0) <= asOfMs);
  return { observedAtMs: kept(observedAtMs), recordedAtMs: kept(recordedAtMs), values: kept(values) };
}

export function joined(parts: readonly Versions[]): Versions {
  const [first, ...more] = parts.filter((part) => countOf(part) > 0);
  if (!first) return versionsOf([]);
  if (more.length === 0) return first;
  const column = (of: keyof Versions) => {
    const all = new Float64Array([first, ...more].reduce((sum, part) => sum + countOf(part), 0));
    let at = 0;
    for (const part of [first, ...more]) {
      all.set(part[of], at);
      at += countOf(part);
    }
    return all;
  };
  return inOrder({
    observedAtMs: column("observedAtMs"),
    recordedAtMs: column("recordedAtMs"),
    values: column("values"),
  });
}

function inOrder(versions: Versions): Versions {
  const { observedAtMs, recordedAtMs, values } = versions;
  const comparison = (a: number, b: number) =>
    (observedAtMs[a] ?? 0) - (observedAtMs[b] ?? 0) || (recordedAtMs[a] ?? 0) - (recordedAtMs[b] ?? 0);
  let isOrdered = true;
  for (let index = 1; index < values.length && isOrdered; index++) isOrdered = comparison(index - 1, index) <= 0;
  if (isOrdered) return versions;
  const order = Uint32Array.from(values, (_, index) => index).sort(comparison);
  const column = (of: Float64Array) => Float64Array.from(order, (index) => of[index] ?? 0);
  return { observedAtMs: column(observedAtMs), recordedAtMs: column(recordedAtMs), values: column(values) };
}

/** The newest value known at `asOfMs` for each time of observation. */
export function knownAt({ observedAtMs, recordedAtMs, values }: Versions, asOfMs: number): Series {
  const known: Series = { observedAtMs: new Float64Array(values.length), values: new Float64Array(values.length) };
  let count = 0;
  for (let index = 0; index < values.length; index++) {
    if ((recordedAtMs[index] ?? 0) > asOfMs) continue;
    const at = observedAtMs[index] ?? 0;
    if (count > 0 && known.observedAtMs[count - 1] === at) count -= 1;
    known.observedAtMs[count] = at;
    known.values[count] = values[index] ?? 0;
    count += 1;
  }
  return { observedAtMs: known.observedAtMs.slice(0, count), values: known.values.slice(0, count) };
}

export function toBytes(parts: readonly Versions[]): Uint8Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + 3 * countOf(part), 0));
  let at = 0;
  for (const { observedAtMs, recordedAtMs, values } of parts)
    for (const column of [observedAtMs, recordedAtMs, values]) {
      all.set(column, at);
      at += column.length;
    }
  return new Uint8Array(all.buffer);
}

/** Parts of these counts, in the order in which they were written. */
export function fromBytes(stored: SqlStorageValue | undefined, counts?: readonly number[]): Versions[] {
  if (!(stored instanceof ArrayBuffer) && !ArrayBuffer.isView(stored)) throw new Error("versions are stored as a blob");
  // A copy of its own: a view into a larger buffer need not begin where a float may.
  const all = new Float64Array(new Uint8Array(stored as ArrayBuffer | Uint8Array).slice().buffer);
  let at = 0;
  return (counts ?? [(8 * all.length) / BYTES_EACH]).map((count) => {
    const start = at;
    at += 3 * count;
    return {
      observedAtMs: all.subarray(start, start + count),
      recordedAtMs: all.subarray(start + count, start + 2 * count),
      values: all.subarray(start + 2 * count, at),
    };
  });
}
