// What a run reads and writes, held in memory: for runs in one process and for the conformance kit.

import { digest } from "../codec.ts";
import type { Column, DatasetInfo } from "../dataset.ts";
import { refuse } from "../failure.ts";
import type { SavedModel } from "../grant.ts";
import type { Series } from "../twin.ts";
import type { RunPorts } from "./host-grant.ts";

export interface MemoryDataset {
  id: string;
  columns: readonly Column[];
  values: Readonly<Record<string, Float64Array>>;
}

export interface MemoryData {
  savedBy: SavedModel["savedBy"];
  streams?: Readonly<Record<string, Series>> | undefined;
  datasets?: readonly MemoryDataset[] | undefined;
  /** Models that a run saves are added: `model-1`, `model-2`, ... */
  models?: Map<string, SavedModel> | undefined;
  onProgress?: ((fraction: number, note: string) => void) | undefined;
}

export function memoryPorts(held: MemoryData): RunPorts {
  const dataset = (id: string) =>
    held.datasets?.find((one) => one.id === id) ?? refuse("dataset.not-found", `there is no dataset ${id}`);
  const models = held.models ?? new Map<string, SavedModel>();
  return {
    async stream(name, { from, to }) {
      const series = held.streams?.[name] ?? refuse("stream.unknown", `there is no stream ${name}`);
      const start = from ? Date.parse(from) : -Infinity;
      const end = to ? Date.parse(to) : Infinity;
      const kept = series.observedAtMs
        .map((at, index) => (at >= start && at < end ? index : -1))
        .filter((index) => index >= 0);
      return {
        observedAtMs: kept.map((index) => series.observedAtMs[index] ?? 0),
        values: kept.map((index) => series.values[index] ?? 0),
      };
    },
    async datasetInfo(id): Promise<DatasetInfo> {
      const { columns, values } = dataset(id);
      const rows = values[columns[0]?.name ?? ""]?.length ?? 0;
      return { id, title: id, rows, columns, digest: await digest(values), synthetic: false };
    },
    async datasetColumns(id, names) {
      const { values } = dataset(id);
      return Object.fromEntries(
        names.map((name) => [name, values[name] ?? refuse("dataset.malformed", `dataset ${id} has no column ${name}`)]),
      );
    },
    model: async (id) => models.get(id) ?? refuse("model.not-found", `there is no model ${id}`),
    async saveModel({ format, body }) {
      const seen = await digest(body);
      const kept = [...models.values()].find((one) => one.digest === seen && one.format === format);
      const id = kept?.id ?? `model-${models.size + 1}`;
      models.set(id, { id, savedBy: held.savedBy, format, digest: seen, body });
      return { id, digest: seen };
    },
    progress: (fraction, note) => held.onProgress?.(fraction, note),
  };
}
