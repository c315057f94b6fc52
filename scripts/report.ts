// One report for benchmarks, verifications and examples: a table for people on stdout, the same figures as JSON, and
// an exit code by bars.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

export type Figure = string | number | boolean | null;

export interface Column {
  /** Key in every row, and in the JSON. */
  key: string;
  /** Heading of the table, with its unit; the key where not given. */
  title?: string;
  /** Decimals of a number in the table. The JSON keeps them all. */
  digits?: number;
}

/** A figure that the report stands or falls with. */
export interface Bar {
  name: string;
  value: number;
  atMost?: number;
  atLeast?: number;
}

export interface Report {
  title: string;
  columns: readonly Column[];
  rows: readonly Readonly<Record<string, Figure>>[];
  bars?: readonly Bar[];
  /** Sentences under the table: data set, seed, what is not measured. */
  notes?: readonly string[];
}

/** A bar whose value is not a number has not been reached. */
export function holds({ value, atMost = Infinity, atLeast = -Infinity }: Bar): boolean {
  return value <= atMost && value >= atLeast;
}

function shown(figure: Figure | undefined, digits?: number): string {
  if (figure === undefined || figure === null) return "–";
  return typeof figure === "number" && digits !== undefined ? figure.toFixed(digits) : String(figure);
}

/** Text stands on the left, numbers on the right. */
export function tableOf({ columns, rows }: Pick<Report, "columns" | "rows">): string {
  const lines = [
    columns.map(({ key, title }) => title ?? key),
    ...rows.map((row) => columns.map(({ key, digits }) => shown(row[key], digits))),
  ];
  const isText = columns.map(({ key }) => rows.some((row) => typeof row[key] === "string"));
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  const [heading = "", ...body] = lines.map((line) =>
    line
      .map((cell, index) => (isText[index] ? cell.padEnd(widths[index] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [heading, rule, ...body].join("\n");
}

function barLine(bar: Bar): string {
  const limits = [
    bar.atLeast !== undefined && `at least ${bar.atLeast}`,
    bar.atMost !== undefined && `at most ${bar.atMost}`,
  ];
  return `${holds(bar) ? "ok    " : "FAILED"}  ${bar.name}: ${Number(bar.value.toPrecision(4))} (${limits.filter(Boolean).join(", ") || "no limit"})`;
}

/** Prints the report, writes it to the file `json` if one is named, and lets the process fail if a bar does not hold. */
export function publish(report: Report, { json }: { json?: string | undefined } = {}): void {
  const { title, rows, bars = [], notes = [] } = report;
  const passed = bars.every(holds);
  console.log([`\n${title}\n`, tableOf(report), "", ...bars.map(barLine), ...notes].join("\n"));
  if (json) {
    const file = resolve(json);
    mkdirSync(dirname(file), { recursive: true });
    const judged = bars.map((bar) => ({ ...bar, holds: holds(bar) }));
    writeFileSync(file, `${JSON.stringify({ title, passed, rows, bars: judged, notes }, null, 2)}\n`);
  }
  if (!passed) process.exitCode = 1;
}
