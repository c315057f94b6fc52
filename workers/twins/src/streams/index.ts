// The streams of one twin, as its object uses them: append, read, and what the alarm has to do.

import { refuse } from "@eigentwin/core";
import { exists, plan, settle, written } from "@eigentwin/objects";
import type { AppendOptions, AppendReceipt, AppendResult } from "../contract.ts";
import { appendPoints, segmentsUnder, type Loaded, type PointOutcome, type PointRow } from "./append.ts";
import type { Overlay } from "./read.ts";
import { readingsOf, type Names } from "./readings.ts";
import { isRow, type Checked } from "./received.ts";
import { retentionsOf } from "./retention.ts";
import { readTail } from "./tail.ts";
import { bodyKeys, segmentReader, type Bodies } from "./segments.ts";
import { isOverfull, keepUp, LIMITS, type Forgotten, type Limits } from "./upkeep.ts";

export const STREAMS_WORK = "streams";
const DAY_MS = 24 * 60 * 60_000;

export type Streams = ReturnType<typeof streamsOf>;

export function streamsOf(storage: DurableObjectStorage, bodies: Bodies, limits: Limits = LIMITS) {
  const { sql } = storage;
  const places = { sql, readSegment: segmentReader(bodies) };

  /** Work that is due earlier stays due then. */
  function planUpkeep(atMs: number): void {
    const [due] = sql.exec<{ at_ms: number }>("SELECT at_ms FROM due WHERE work = ?", STREAMS_WORK).toArray();
    if (!due || due.at_ms > atMs) plan(storage, STREAMS_WORK, atMs);
  }

  const segmentsOf = (rows: readonly PointRow[]): Promise<Loaded> => segmentsUnder(sql, rows, places.readSegment);

  /**
   * The good ones of these points are given to `write` in one transaction, with the segments under them. Refuses at the first
   * fault where it is all or nothing.
   */
  async function receive(
    checked: readonly Checked[],
    { isPartial, isEach, isTrial = false }: AppendOptions,
    write: (rows: PointRow[], loaded: Loaded) => PointOutcome[],
  ): Promise<AppendResult> {
    const refused = checked.flatMap((one, index) => (isRow(one) ? [] : [{ index, failure: one.refused }]));
    const [first] = refused;
    if (first && !isPartial) refuse(first.failure.code, first.failure.message, first.failure);
    const rows = checked.filter(isRow);
    const loaded = await segmentsOf(rows);
    // Erased while a segment was read.
    if (!exists(storage)) refuse("twin.not-found", "there is no such twin");
    const outcomes = written(storage, isTrial, () => write(rows, loaded));
    const inOrder = outcomes.values();
    return {
      ...receiptOf(outcomes),
      ...(isPartial && { refused }),
      ...(isEach && {
        results: checked.map((one) => (isRow(one) ? (inOrder.next().value ?? "unchanged") : "refused")),
      }),
    };
  }

  /** Call inside a transaction, with the segments under these points. */
  function write(rows: readonly PointRow[], loaded: Loaded, names: Names, nowMs = Date.now()): PointOutcome[] {
    const { outcomes, spilled } = appendPoints(sql, rows, nowMs, loaded);
    const isChanged = outcomes.some((outcome) => outcome !== "unchanged");
    if (isChanged && (spilled || retentionsOf(names).size > 0))
      planUpkeep(spilled && isOverfull(sql, limits) ? Date.now() : Date.now() + DAY_MS);
    return outcomes;
  }

  return {
    ...readingsOf(places),
    receive,
    write,
    segmentsOf,

    /** As they were known when a branch was made, with its own points over them. */
    under: (overlay: Overlay) => ({ ...readingsOf({ ...places, overlay }), places: { ...places, overlay } }),

    /** The alarm's part; `folder` is where bodies of this twin stand. */
    async keepUp(names: Names, folder: string, onForgotten: Forgotten): Promise<void> {
      const retentions = retentionsOf(names);
      const nextMs = await keepUp({ ...places, storage, bodies, folder, retentions, onForgotten }, Date.now(), limits);
      if (!exists(storage)) return;
      if (nextMs === undefined) settle(storage, STREAMS_WORK);
      else plan(storage, STREAMS_WORK, nextMs);
    },

    /** Later than the clock says where points were corrected within a millisecond, or it has stepped back. */
    newestRecordedMs: () => newestRecordedMs(sql),

    bodyKeys: () => bodyKeys(sql),

    /** Every body in the folder, those too that no row names. */
    async eraseBodies(folder: string): Promise<void> {
      for (;;) {
        const { objects } = await bodies.list({ prefix: folder });
        if (objects.length === 0) return;
        await bodies.delete(objects.map(({ key }) => key));
      }
    },
  };
}

function newestRecordedMs(sql: SqlStorage): number {
  const stored = sql.exec<{ at: number | null }>(
    `SELECT max(last_recorded_at) AS at FROM
       (SELECT last_recorded_at FROM point_block UNION ALL SELECT last_recorded_at FROM segment)`,
  );
  const recent = [...readTail(sql).recent.values()].flatMap(({ recordedAtMs }) => [...recordedAtMs]);
  return Math.max(stored.one().at ?? 0, ...recent);
}

export function receiptOf(outcomes: readonly PointOutcome[]): AppendReceipt {
  const count = (of: PointOutcome) => outcomes.filter((outcome) => outcome === of).length;
  return { accepted: count("accepted"), unchanged: count("unchanged"), corrected: count("corrected") };
}
