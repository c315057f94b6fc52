// The contract of a dataset: an immutable table whose columns say what they are for.

import { refuse } from "./failure.ts";

/** `individual` is what makes personal models possible: rows belong to somebody, and splits are made by it. */
export type Role = "feature" | "target" | "individual" | "time" | "weight";
export const ROLES = ["feature", "target", "individual", "time", "weight"] as const satisfies Role[];

export interface Column {
  name: string;
  role: Role;
  /** UCUM code; `1` where there is none. */
  unit: string;
  title?: string;
}

export interface DatasetInfo {
  id: string;
  title: string;
  rows: number;
  columns: readonly Column[];
  /** Over the columns in order, names and values: the same table has the same digest however it was stored. */
  digest: string;
  /** True where no real individual stands behind the rows; shown wherever the dataset is. */
  synthetic: boolean;
}

/** A dataset as a plugin sees it. All values are finite 64-bit floats; an individual is known by its number. */
export interface DatasetReader {
  readonly info: DatasetInfo;
  /** The named columns in full, each of length `info.rows`; fetched some at a time, 8 MiB or one column. */
  columns<const Name extends string>(names: readonly Name[]): Promise<Record<Name, Float64Array>>;
}

/** The rows of each individual, in the order in which individuals first appear. */
export function rowsByIndividual(individual: Float64Array): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  individual.forEach((id, row) => {
    const mine = rows.get(id);
    if (mine) mine.push(row);
    else rows.set(id, [row]);
  });
  return rows;
}

export function columnOfRole(info: DatasetInfo, role: Role): Column {
  const column = info.columns.find((one) => one.role === role);
  if (column) return column;
  return refuse(
    role === "individual" ? "dataset.no-individual" : "dataset.malformed",
    `dataset ${info.id} has no column with the role ${role}`,
    { hint: `Give one column the role "${role}" when the dataset is created.`, at: "/columns" },
  );
}
