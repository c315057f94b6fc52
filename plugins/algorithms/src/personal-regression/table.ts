// The dataset as labelled rows: columns by their roles, each individual's rows in order of time.

import { columnOfRole, refuse, type Column, type DatasetReader } from "@eigentwin/core";
import { zeros } from "../linear/matrix.ts";
import { pickLabelled, type LabelledRows } from "../rows.ts";

/** More rows would not fit into a Worker's memory beside the kernel's; datasets that large are thinned by their owner. */
const MOST_ROWS = 12_000;

export interface Table {
  rows: LabelledRows;
  features: string[];
  target: Column;
}

export async function readTable({ info, columns }: DatasetReader): Promise<Table> {
  if (info.rows > MOST_ROWS)
    refuse(
      "capability.refused",
      `dataset ${info.id} has ${info.rows} rows, and at most ${MOST_ROWS} are learned from`,
      {
        hint: "Keep fewer rows of each individual.",
      },
    );
  const target = columnOfRole(info, "target");
  const individual = columnOfRole(info, "individual");
  columnOfRole(info, "feature");
  const features = info.columns.filter(({ role }) => role === "feature").map(({ name }) => name);
  const time = info.columns.find(({ role }) => role === "time")?.name;
  const values = await columns([...features, target.name, individual.name, ...(time ? [time] : [])]);
  const valueOf = (name: string) =>
    values[name] ?? refuse("dataset.malformed", `dataset ${info.id} has no column ${name}`);
  const matrix = zeros(info.rows, features.length);
  features.forEach((name, column) =>
    valueOf(name).forEach((value, row) => (matrix.values[row * features.length + column] = value)),
  );
  const rows = { features: matrix, targets: valueOf(target.name), individuals: valueOf(individual.name) };
  return { rows: time ? inOrderOf(valueOf(time), rows) : rows, features, target };
}

function inOrderOf(times: Float64Array, rows: LabelledRows): LabelledRows {
  const order = [...times.keys()].sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  return pickLabelled(rows, order);
}
