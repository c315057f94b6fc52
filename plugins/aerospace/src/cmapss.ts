// Reads C-MAPSS text: one line a flight cycle, 26 numbers apart by blanks: engine, cycle, 3 settings, 21 sensors.

import { refuse, type Reader, type ReadTable, type ReadTwin, type SourceFile } from "@eigentwin/core";
import { channelNames, CHANNELS, CYCLE, engineType } from "./engine.ts";
import { wornCohort } from "./worn-cohort.ts";

const COLUMNS = 2 + channelNames.length;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Row-major values of all files, in the order given. */
function parse(files: readonly SourceFile[]): { rows: number; values: Float64Array } {
  const values: number[] = [];
  let engine = Number.NaN;
  let cycle = 0;
  const seen = new Set<number>();
  for (const { name, text } of files) {
    const lines = text.split("\n");
    if (lines.pop() !== "") cut(name, lines.length + 1, "the file ends in the middle of a line");
    lines.forEach((line, index) => {
      const row = parseLine(line.trim(), name, index + 1);
      const [rowEngine = 0, rowCycle = 0] = row;
      if (rowEngine !== engine && seen.has(rowEngine)) cut(name, index + 1, `engine ${rowEngine} comes a second time`);
      const expected = rowEngine === engine ? cycle + 1 : 1;
      if (rowCycle !== expected)
        cut(name, index + 1, `engine ${rowEngine} goes on with cycle ${rowCycle} where ${expected} is due`);
      engine = rowEngine;
      seen.add(engine);
      cycle = rowCycle;
      values.push(...row);
    });
  }
  if (values.length === 0) refuse("dataset.malformed", "the files hold no line");
  return { rows: values.length / COLUMNS, values: Float64Array.from(values) };
}

const COUNTS = ["engine", "cycle"] as const;
const isCount = (value = 0): boolean => Number.isSafeInteger(value) && value > 0;

function parseLine(line: string, file: string, number: number): number[] {
  const words = line.split(/\s+/);
  if (line === "" || words.length !== COLUMNS)
    cut(file, number, `it has ${line === "" ? 0 : words.length} columns, ${COLUMNS} are due`);
  const row = words.map(Number);
  const bad = row.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) cut(file, number, `"${words[bad]}" in column ${bad + 1} is not a finite number`);
  for (const column of [0, 1])
    if (!isCount(row[column])) cut(file, number, `${COUNTS[column]} "${words[column]}" is not a positive whole number`);
  return row;
}

function cut(file: string, line: number, why: string): never {
  return refuse("dataset.malformed", `${file} line ${line}: ${why}`, {
    at: `${file} line ${line}`,
    hint: "A C-MAPSS line has 26 numbers, an engine's lines follow each other with cycles from 1, and the last ends with a line feed.",
  });
}

function toDataset(files: readonly SourceFile[]): ReadTable {
  const { rows, values } = parse(files);
  return {
    columns: [
      { name: "engine", role: "individual", unit: "1", title: "Engine" },
      { name: CYCLE, role: "time", unit: "{cycle}", title: "Flight cycles since new" },
      ...channelNames.map((name) => ({ name, role: "feature" as const, ...CHANNELS[name] })),
    ],
    values: Array.from({ length: COLUMNS }, (_, column) =>
      Float64Array.from({ length: rows }, (_, row) => values[row * COLUMNS + column] ?? 0),
    ),
  };
}

/** C-MAPSS has no clock: cycle k is placed k days after `startsAt`, and the stream `cycle` keeps the count itself. */
function toTwins(
  files: readonly SourceFile[],
  { startsAt }: { startsAt: string },
): { type: string; twins: ReadTwin[] } {
  const { rows, values } = parse(files);
  const startMs = Date.parse(startsAt);
  const twins: ReadTwin[] = [];
  for (let first = 0; first < rows;) {
    const engine = values[first * COLUMNS] ?? 0;
    let end = first;
    while (end < rows && values[end * COLUMNS] === engine) end += 1;
    const column = (index: number) =>
      Float64Array.from({ length: end - first }, (_, row) => values[(first + row) * COLUMNS + index] ?? 0);
    const observedAtMs = column(1).map((cycle) => startMs + cycle * DAY_MS);
    const streams = [CYCLE, ...channelNames].map(
      (name, index) => [name, { observedAtMs, values: column(index + 1) }] as const,
    );
    twins.push({
      name: String(engine),
      properties: { serialNumber: String(engine) },
      streams: Object.fromEntries(streams),
    });
    first = end;
  }
  return { type: engineType.id, twins };
}

export const cmapssReader: Reader = {
  id: "aerospace.cmapss",
  title: "C-MAPSS run-to-failure text (26 columns)",
  mediaTypes: ["text/plain"],
  example: () => [{ name: "cohort.txt", text: wornCohort({ engines: 2, until: 3 }) }],
  toDataset,
  toTwins,
};
