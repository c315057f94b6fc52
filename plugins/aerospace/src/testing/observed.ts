// C-MAPSS text as a dataset, as engines and as the streams of twins: what tests hand to the code.

import type { DatasetReader, Series } from "@eigentwin/core";
import type { InProcessDataset } from "@eigentwin/core/in-process";
import { cmapssReader } from "../cmapss.ts";
import { enginesOf, type ObservedEngine } from "../observed.ts";

const files = (text: string) => [{ name: "cohort.txt", text }];

export function datasetOf(text: string): InProcessDataset {
  const { columns = [], values = [] } = cmapssReader.toDataset?.(files(text)) ?? {};
  const byName = columns.map(({ name }, index) => [name, values[index] ?? new Float64Array()] as const);
  return { id: "cohort", columns, values: Object.fromEntries(byName) };
}

export function readerOf({ id, columns, values }: InProcessDataset): DatasetReader {
  const rows = values[columns[0]?.name ?? ""]?.length ?? 0;
  return {
    info: { id, title: id, rows, columns, digest: "", synthetic: true },
    columns: async (names) =>
      Object.fromEntries(names.map((name) => [name, values[name]])) as Record<string, Float64Array>,
  } as DatasetReader;
}

export const enginesIn = (text: string): Promise<ObservedEngine[]> => enginesOf(readerOf(datasetOf(text)));

export function streamsOf(text: string, startsAt = "2026-01-01T00:00:00Z"): Record<string, Series>[] {
  return cmapssReader.toTwins?.(files(text), { startsAt }).twins.map(({ streams }) => streams) ?? [];
}
