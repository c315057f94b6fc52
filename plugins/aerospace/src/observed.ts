// What was observed of one engine, from a dataset or from the streams of its twin: one reading of each channel a cycle.

import { columnOfRole, refuse, rowsByIndividual, type DatasetReader, type Series } from "@eigentwin/core";
import { channelNames, CYCLE, type Channel } from "./engine.ts";

export interface ObservedEngine {
  /** The individual's number in its dataset; 0 for a twin. */
  id: number;
  /** Cycles 1 to `cycles` were observed, all of them: its age. */
  cycles: number;
  readings: ReadonlyMap<Channel, Float64Array>;
}

export const readingsOf = (engine: ObservedEngine, channel: Channel): Float64Array =>
  engine.readings.get(channel) ?? refuse("capability.refused", `channel ${channel} was not observed`);

/** In order of the engine's number, whatever the order of the rows. */
export async function enginesOf(dataset: DatasetReader): Promise<ObservedEngine[]> {
  const { info } = dataset;
  const individual = columnOfRole(info, "individual").name;
  const time = columnOfRole(info, "time").name;
  const missing = channelNames.filter((name) => !info.columns.some((column) => column.name === name));
  if (missing.length > 0)
    refuse("capability.refused", `dataset ${info.id} has no column ${missing.join(", ")}`, {
      at: "/columns",
      hint: "Name the feature columns by the channels of aerospace.engine@1, as its C-MAPSS reader does.",
    });
  const columns: Record<string, Float64Array> = await dataset.columns([individual, time, ...channelNames]);
  const column = (name: string) => columns[name] ?? refuse("dataset.malformed", `column ${name} was not read`);
  const cycle = column(time);
  const cycleAt = (row: number) => cycle[row] ?? Number.NaN;
  return [...rowsByIndividual(column(individual))]
    .sort(([a], [b]) => a - b)
    .map(([id, rows]) => {
      rows.sort((a, b) => cycleAt(a) - cycleAt(b));
      checkCycles(`engine ${id}`, rows.map(cycleAt));
      const pick = (name: Channel) => Float64Array.from(rows, (row) => column(name)[row] ?? Number.NaN);
      return { id, cycles: rows.length, readings: new Map(channelNames.map((name) => [name, pick(name)])) };
    });
}

/** Streams by name; each point of the cycle count needs one point of every channel, observed at the same time. */
export function engineOfStreams(streams: ReadonlyMap<Channel | typeof CYCLE, Series>): ObservedEngine {
  const { observedAtMs, values } = streams.get(CYCLE) ?? refuse("stream.unknown", `there is no stream ${CYCLE}`);
  const readings = new Map<Channel, Float64Array>();
  for (const [name, series] of streams) {
    if (name === CYCLE) continue;
    const same =
      series.observedAtMs.length === observedAtMs.length &&
      series.observedAtMs.every((at, k) => at === observedAtMs[k]);
    if (!same)
      refuse("capability.refused", `the streams ${CYCLE} and ${name} were not observed at the same times`, {
        at: `stream ${name}`,
        hint: "Each flight cycle needs one point of every channel, all with the same observedAt.",
      });
    readings.set(name, Float64Array.from(series.values));
  }
  checkCycles("this engine", [...values]);
  return { id: 0, cycles: values.length, readings };
}

/** The own baseline is the engine's first cycles, so a history that begins later or has gaps would be misread. */
function checkCycles(whose: string, cycles: readonly number[]): void {
  const at = cycles.findIndex((cycle, index) => cycle !== index + 1);
  if (at < 0) return;
  refuse("capability.refused", `the history of ${whose} goes on with cycle ${cycles[at]} where ${at + 1} is due`, {
    hint: "Cycles count from 1 and none may be missing.",
  });
}
