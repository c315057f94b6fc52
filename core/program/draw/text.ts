// A circuit as text, in lines of a given width.

import type { Circuit } from "../circuit.ts";
import { layOut, type Drawing, type Item, type Mark } from "./layout.ts";

/** Long circuits go on below: no line is wider than `width`, unless one column alone is. */
export function drawText(circuit: Circuit, { width = 100 }: { width?: number } = {}): string {
  const drawing = layOut(circuit);
  const margin = drawing.rows.reduce((most, row) => Math.max(most, row.length), 0) + 2;
  const widths = drawing.columns.map(widthOf);
  const parts = foldsOf(widths, Math.max(1, width - margin));
  return `${parts.map(([from, to]) => part(drawing, widths, from, to, margin)).join("\n\n")}\n`;
}

/** Columns in lines: from each of these, up to the next. */
export function foldsOf(widths: readonly number[], width: number): [from: number, to: number][] {
  const folds: [number, number][] = [];
  let [from, used] = [0, 0];
  widths.forEach((one, column) => {
    if (column > from && used + one > width) {
      folds.push([from, column]);
      [from, used] = [column, 0];
    }
    used += one;
  });
  return [...folds, [from, widths.length]];
}

const SIGNS = { set: "●", unset: "○", flip: "⊕", cross: "×", barrier: "░" };
const signOf = (mark: Mark): string => ("label" in mark ? `[${mark.label}]` : SIGNS[mark.kind]);

const widthOf = (items: readonly Item[]): number =>
  2 +
  items.reduce(
    (most, { marks, note = "" }) =>
      Math.max(most, note.length, ...[...marks.values()].map((mark) => signOf(mark).length)),
    1,
  );

function part(
  { rows, columns, bitRow }: Drawing,
  widths: readonly number[],
  from: number,
  to: number,
  margin: number,
): string {
  const lines: string[] = [];
  rows.forEach((name, row) => {
    const isBits = row === bitRow;
    let [wire, gap] = [`${name}: `.padStart(margin), " ".repeat(margin)];
    for (let column = from; column < to; column++) {
      const items = columns[column] ?? [];
      const width = widths[column] ?? 3;
      wire += isBits ? bitCell(items, row, width) : wireCell(items, row, width, bitRow);
      gap += middle(
        items.some((item) => item.from <= row && row < item.to) ? lineBelow(items, row, bitRow) : " ",
        width,
        " ",
      );
    }
    lines.push(wire.trimEnd());
    if (row < rows.length - 1) lines.push(gap.trimEnd());
    else if (isBits) lines.push(notes(columns, widths, from, to, bitRow, margin));
  });
  return lines.join("\n");
}

/** A thin line joins qubits, a double one what is read or written below the last of them. */
function lineBelow(items: readonly Item[], row: number, bitRow: number | undefined): string {
  const item = items.find((one) => one.from <= row && row < one.to);
  return item && item.to === bitRow && row >= Math.max(...item.marks.keys()) ? "║" : isBarrier(item) ? "░" : "│";
}

const isBarrier = (item: Item | undefined): boolean =>
  item !== undefined && [...item.marks.values()].every(({ kind }) => kind === "barrier");

function wireCell(items: readonly Item[], row: number, width: number, bitRow: number | undefined): string {
  const item = items.find((one) => one.from <= row && row <= one.to);
  const mark = item?.marks.get(row);
  if (mark) return middle(signOf(mark), width, "─");
  if (!item) return "─".repeat(width);
  const double = item.to === bitRow && row > Math.max(...item.marks.keys());
  return middle(isBarrier(item) ? "─" : double ? "╫" : "┼", width, "─");
}

const bitCell = (items: readonly Item[], row: number, width: number): string =>
  middle(items.some((item) => item.to === row) ? "╩" : "═", width, "═");

function notes(
  columns: Drawing["columns"],
  widths: readonly number[],
  from: number,
  to: number,
  row: number | undefined,
  margin: number,
): string {
  let line = " ".repeat(margin);
  for (let column = from; column < to; column++)
    line += middle(columns[column]?.find((item) => item.to === row)?.note ?? "", widths[column] ?? 3, " ");
  return line.trimEnd();
}

function middle(text: string, width: number, fill: string): string {
  const before = Math.floor((width - text.length) / 2);
  return fill.repeat(before) + text + fill.repeat(width - before - text.length);
}
