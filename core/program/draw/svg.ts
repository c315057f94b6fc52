// A circuit as SVG, readable on light and on dark ground.

import type { Circuit } from "../circuit.ts";
import { layOut, type Drawing, type Item, type Mark } from "./layout.ts";
import { foldsOf } from "./text.ts";

const ROW = 40;
const BOX = 28;
const LETTER = 7.2;
const MARGIN = 56;
const GAP = 10;

/** Long circuits go on below: lines of at most `width` pixels, unless one column alone is wider. */
export function drawSvg(
  circuit: Circuit,
  { width = 1000, title = "Quantum circuit" }: { width?: number; title?: string } = {},
): string {
  const drawing = layOut(circuit);
  const widths = drawing.columns.map(widthOf);
  const folds = foldsOf(widths, Math.max(1, width - MARGIN - GAP));
  const height = drawing.rows.length * ROW + (drawing.bitRow === undefined ? 0 : 16);
  const lines = folds.map(([from, to]) => widths.slice(from, to).reduce((sum, one) => sum + one, 0));
  const full = MARGIN + GAP + lines.reduce((most, one) => Math.max(most, one), 0);
  const parts = folds.map(([from, to], index) =>
    part(drawing, widths, from, to, index * (height + ROW / 2), lines[index] ?? 0),
  );
  const all = folds.length * height + (folds.length - 1) * (ROW / 2);
  return `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${number(full)} ${all}" width="${number(full)}" height="${all}">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="ground" width="100%" height="100%"/>
${parts.join("\n")}
</svg>
`;
}

const STYLE = [
  ":root{--ink:#1a1d21;--ground:#fff;--box:#eaf1fb}",
  "@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--ground:#16181c;--box:#26344a}}",
  ".ground{fill:var(--ground)}.wire,.link,.ring,.sign{stroke:var(--ink);stroke-width:1.3;fill:none}",
  ".double{stroke:var(--ink);stroke-width:1;fill:none}.box{fill:var(--box);stroke:var(--ink)}.dot{fill:var(--ink)}",
  ".ring{fill:var(--ground)}.barrier{stroke:var(--ink);stroke-width:2;stroke-dasharray:3 3}",
  "text{fill:var(--ink);font:12px ui-monospace,Menlo,Consolas,monospace;text-anchor:middle;dominant-baseline:central}",
  ".name{text-anchor:end}.note{font-size:10px}",
].join("");

const boxWidth = (label: string): number => Math.max(BOX, label.length * LETTER + 12);

const widthOf = (items: readonly Item[]): number =>
  GAP +
  items.reduce(
    (most, { marks, note = "" }) =>
      Math.max(
        most,
        note.length * 6 + 4,
        ...[...marks.values()].map((mark) => ("label" in mark ? boxWidth(mark.label) : BOX)),
      ),
    BOX,
  );

function part(
  { rows, columns, bitRow }: Drawing,
  widths: readonly number[],
  from: number,
  to: number,
  top: number,
  length: number,
): string {
  const y = (row: number) => top + row * ROW + ROW / 2;
  const end = MARGIN + length + GAP / 2;
  const wires = rows.map((name, row) => {
    const label = `<text class="name" x="${MARGIN - 12}" y="${y(row)}">${escaped(name)}</text>`;
    if (row !== bitRow) return `${label}${line("wire", MARGIN - 6, y(row), end, y(row))}`;
    return `${label}${doubled(MARGIN - 6, y(row), end, y(row))}`;
  });
  let left = MARGIN;
  const drawn: string[] = [];
  for (let column = from; column < to; column++) {
    const width = widths[column] ?? BOX;
    for (const item of columns[column] ?? []) drawn.push(itemSvg(item, left + width / 2, y, bitRow));
    left += width;
  }
  return [...wires, ...drawn].join("\n");
}

function itemSvg(
  { marks, from, to, note }: Item,
  x: number,
  y: (row: number) => number,
  bitRow: number | undefined,
): string {
  const lowest = Math.max(...marks.keys());
  const isBarrier = [...marks.values()].every(({ kind }) => kind === "barrier");
  const links = [
    ...(lowest > from && !isBarrier ? [line("link", x, y(from), x, y(lowest))] : []),
    ...(to === bitRow && to > lowest ? [doubled(x, y(lowest), x, y(to))] : []),
  ];
  const noted = note ? [`<text class="note" x="${number(x)}" y="${y(to) + 18}">${escaped(note)}</text>`] : [];
  return [...links, ...[...marks].map(([row, mark]) => markSvg(mark, x, y(row))), ...noted].join("");
}

function markSvg(mark: Mark, x: number, y: number): string {
  const at = `cx="${number(x)}" cy="${y}"`;
  switch (mark.kind) {
    case "set":
      return `<circle class="dot" ${at} r="4.5"/>`;
    case "unset":
      return `<circle class="ring" ${at} r="4.5"/>`;
    case "flip":
      return `<circle class="ring" ${at} r="10"/>${line("sign", x - 10, y, x + 10, y)}${line("sign", x, y - 10, x, y + 10)}`;
    case "cross":
      return `${line("sign", x - 6, y - 6, x + 6, y + 6)}${line("sign", x - 6, y + 6, x + 6, y - 6)}`;
    case "barrier":
      return line("barrier", x, y - ROW / 2, x, y + ROW / 2);
    case "box":
    case "measure": {
      const width = boxWidth(mark.label);
      const box = `<rect class="box" x="${number(x - width / 2)}" y="${y - BOX / 2}" width="${number(width)}" height="${BOX}" rx="3"/>`;
      return `${box}<text x="${number(x)}" y="${y}">${escaped(mark.label)}</text>`;
    }
  }
}

const line = (kind: string, x1: number, y1: number, x2: number, y2: number): string =>
  `<line class="${kind}" x1="${number(x1)}" y1="${number(y1)}" x2="${number(x2)}" y2="${number(y2)}"/>`;

/** Two lines side by side: what is classical. */
function doubled(x1: number, y1: number, x2: number, y2: number): string {
  const [dx, dy] = x1 === x2 ? [1.5, 0] : [0, 1.5];
  return `${line("double", x1 - dx, y1 - dy, x2 - dx, y2 - dy)}${line("double", x1 + dx, y1 + dy, x2 + dx, y2 + dy)}`;
}

/** Short, and the same on every machine. */
const number = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
