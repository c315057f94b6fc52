// A batch as CSV (RFC 4180), with a header. Long: a line a point, `stream,observedAt,value` and perhaps `unit`, in any order.
// Wide: `observedAt` first, then a column a stream; an empty cell is no point.

import Papa from "papaparse";
import { refuse, type Failure } from "@eigentwin/core";

/** As it was written, and where: its shape is looked at as that of a point in JSON is. */
export interface Candidate {
  point: unknown;
  at: string;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HINT: Partial<Failure> = {
  hint: "The first line is stream,observedAt,value (and unit), or observedAt and the names of streams.",
};

export function readCsv(text: string): Candidate[] {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: "," });
  const [error] = errors;
  if (error) refuse("request.malformed", `this is no CSV: ${error.message}`, { at: rowAt(error.row ?? 0) });
  const [header = [], ...rows] = data.map((cells) => cells.map((cell) => cell.trim()));
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) refuse("request.invalid", `the column "${twice}" comes twice`, { at: rowAt(0), ...HINT });
  const isLong = ["stream", "observedAt", "value"].every((name) => header.includes(name));
  if (!isLong && (header[0] !== "observedAt" || header.length < 2))
    refuse("request.invalid", "the first line is not that of a batch", { at: rowAt(0), ...HINT });
  return rows.flatMap((cells, index) => {
    if (cells.length === 1 && cells[0] === "") return [];
    const at = rowAt(index + 1);
    if (cells.length !== header.length)
      return refuse("request.invalid", `this row has ${cells.length} cells, and the first one ${header.length}`, {
        at,
      });
    return isLong ? [longPoint(header, cells, at)] : widePoints(header, cells, at);
  });
}

const rowAt = (index: number): string => `row ${index + 1}`;

function longPoint(header: readonly string[], cells: readonly string[], at: string): Candidate {
  const point = Object.fromEntries(
    header.flatMap((name, index) => {
      const cell = cells[index] ?? "";
      return name === "unit" && cell === "" ? [] : [[name, name === "value" ? valueOf(cell) : cell] as const];
    }),
  );
  return { point, at };
}

const widePoints = ([, ...streams]: readonly string[], [observedAt, ...cells]: readonly string[], at: string) =>
  streams.flatMap((stream, index): Candidate[] => {
    const cell = cells[index] ?? "";
    return cell === "" ? [] : [{ point: { stream, observedAt, value: valueOf(cell) }, at: `${at} ${stream}` }];
  });

/** What is no number stays text, which no point takes. */
const valueOf = (cell: string): number | string => (NUMBER.test(cell) ? Number(cell) : cell);
