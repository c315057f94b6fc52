// What came for a twin as rows of its streams: names, units, times and values are looked at before anything is written.

import { conversion, refuse, Refusal, type Failure, type KeptStream, type Series } from "@eigentwin/core";
import type { ReceivedPoint } from "../contract.ts";
import type { PointRow } from "./append.ts";
import { instantMs } from "./instant.ts";
import { retentionOf } from "./retention.ts";

/** A row, or why there is none. */
export type Checked = PointRow | { refused: Failure };

export const isRow = (checked: Checked): checked is PointRow => !("refused" in checked);

/** Own members only: "constructor" is no stream of anybody. */
export function streamNamed(name: string, streams: Record<string, KeptStream>, at: string) {
  const type = Object.hasOwn(streams, name) ? streams[name] : undefined;
  if (type) return { storedAs: name, ...type };
  return refuse("stream.unknown", `this twin has no stream "${name}"`, {
    at,
    hint: `It has ${Object.keys(streams).join(", ")}.`,
  });
}

export function checkedPoints(
  points: readonly ReceivedPoint[],
  streams: Record<string, KeptStream>,
  nowMs: number,
): Checked[] {
  // A batch names few streams and units.
  const conversions = new Map<string, (value: number) => number>();
  const convert = (unit: string, to: string, stream: string, at: string) => {
    const key = `${unit} ${to}`;
    const known = conversions.get(key) ?? conversion(unit, to);
    if (!known)
      return refuse("stream.unit-unknown", `stream ${stream} is kept in ${to}, and ${unit} does not convert into it`, {
        at,
        hint: `Send values in ${to}, or leave the unit out.`,
      });
    conversions.set(key, known);
    return known;
  };
  return points.map((point, index) =>
    checked(() => {
      if ("refused" in point) throw new Refusal(point.refused);
      const { stream, observedAt, unit } = point;
      const type = streamNamed(stream, streams, `/points/${index}/stream`);
      const value =
        unit === undefined ? point.value : convert(unit, type.unit, stream, `/points/${index}/unit`)(point.value);
      return rowOf({ stream, type, observedAt, value, nowMs, at: `/points/${index}` });
    }),
  );
}

export function checkedSeries(
  series: Record<string, Series>,
  streams: Record<string, KeptStream>,
  nowMs: number,
): Checked[] {
  return Object.entries(series).flatMap(([stream, { observedAtMs, values }]) => {
    const type = streamNamed(stream, streams, `/streams/${stream}`);
    return Array.from(observedAtMs, (observedAt, index) =>
      checked(() =>
        rowOf({ stream, type, observedAt, value: values[index] ?? NaN, nowMs, at: `/streams/${stream}/${index}` }),
      ),
    );
  });
}

interface Found {
  stream: string;
  type: KeptStream & { storedAs: string };
  observedAt: string | number;
  value: number;
  nowMs: number;
  at: string;
}

function rowOf({ stream, type, observedAt, value, nowMs, at }: Found): PointRow {
  if (!Number.isFinite(value))
    refuse("stream.value-not-finite", `the value of ${stream} is not a finite number`, { at: `${at}/value` });
  const observedAtMs = instantMs(observedAt, `${at}/observedAt`);
  const retentionMs = retentionOf(type);
  if (retentionMs !== undefined && observedAtMs < nowMs - retentionMs)
    refuse("stream.point-too-old", `points of ${stream} are kept for ${type.retention}, and this one is older`, {
      at: `${at}/observedAt`,
      hint: "Leave it out, or send the batch with `mode=partial`.",
    });
  return { stream: type.storedAs, observedAtMs, value };
}

function checked(row: () => PointRow): Checked {
  try {
    return row();
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.failure };
    throw error;
  }
}

/**
 * What was taken, as the bytes that the audit log has a digest of: the streams' names in UTF-8, a line a point, then of each
 * point its time (Unix milliseconds) and value as 64-bit floats.
 */
export function pointsBytes(checked: readonly Checked[]): Uint8Array {
  const rows = checked.filter(isRow);
  const names = new TextEncoder().encode(rows.map(({ stream }) => stream).join("\n"));
  const numbers = Float64Array.from(rows.flatMap(({ observedAtMs, value }) => [observedAtMs, value]));
  const bytes = new Uint8Array(names.length + numbers.byteLength);
  bytes.set(names);
  bytes.set(new Uint8Array(numbers.buffer), names.length);
  return bytes;
}
