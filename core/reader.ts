// The contract of a reader: one real file format in, a table or twins with points out.

import type { Column } from "./dataset.ts";
import type { Series } from "./twin.ts";

export interface ReadTable {
  columns: readonly Column[];
  /** One array a column, all of the same length. */
  values: readonly Float64Array[];
}

/** One individual of a file. */
export interface ReadTwin {
  name: string;
  properties: Record<string, unknown>;
  /** Points by stream name, in the stream's own unit. */
  streams: Record<string, Series>;
}

/** Named parts of one data set, for example a table cut into two files; a reader joins them in the order given. */
export interface SourceFile {
  name: string;
  text: string;
}

/** Pure: text in, data out. Refuses with the file and line of the first fault (`at: "train.txt line 17"`). */
export interface Reader {
  id: string;
  title: string;
  mediaTypes: readonly string[];
  /** A small file, or the parts of one, as it comes from the instrument: the conformance kit reads, cuts and spoils it. */
  example?(): readonly SourceFile[];
  /** Absent where the format has no such form. */
  toDataset?(files: readonly SourceFile[]): ReadTable;
  toTwins?(files: readonly SourceFile[], options: { startsAt: string }): { type: string; twins: ReadTwin[] };
}
