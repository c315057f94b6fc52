// The example's report as one self-contained HTML file: table, ladder, and predicted against true with intervals.

import type { Predicted } from "./score.ts";

interface HtmlReport {
  title: string;
  lead: string;
  headings: readonly string[];
  rows: readonly (readonly string[])[];
  /** Index of the row that gives the answer. */
  marked: number;
  /** What a reader should know first. */
  findings: readonly string[];
  notes: readonly string[];
  /** One panel a model: its name, predictions and truths in order of engine. */
  panels: readonly { name: string; predicted: readonly Predicted[]; truth: readonly number[] }[];
  lifeCap: number;
}

const SIZE = 320;
const PAD = 36;

export function htmlReport({
  title,
  lead,
  headings,
  rows,
  marked,
  findings,
  notes,
  panels,
  lifeCap,
}: HtmlReport): string {
  const longest = Math.max(lifeCap, ...panels.flatMap(({ truth }) => truth));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --quiet: light-dark(#59636e, #9aa4af); --line: light-dark(#d1d9e0, #3d444d); --mark: light-dark(#0b62c4, #6cb0ff); }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#fff, #15181c); max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } p { max-width: 45rem; } .notes { color: var(--quiet); font-size: .9rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem; }
th, td { padding: .25rem .5rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; } th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; }
tr.answer td { font-weight: 700; } li { margin: .3rem 0; max-width: 50rem; }
@media (max-width: 640px) { th:nth-child(n+6):nth-child(-n+7), td:nth-child(n+6):nth-child(-n+7), th:nth-child(3), td:nth-child(3) { display: none; } th, td { white-space: normal; padding: .25rem .3rem; } }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1rem; } figure { margin: 1.5rem 0 0; min-width: 0; } svg { width: 100%; } ul { padding-left: 1.2rem; } figcaption { font-weight: 600; }
svg text { fill: var(--quiet); font-size: 11px; } .axis, .perfect { stroke: var(--line); fill: none; } .perfect { stroke: var(--quiet); stroke-dasharray: 4 3; }
.interval { stroke: var(--mark); opacity: .35; } .point { fill: var(--mark); }
</style></head><body>
<h1>${escape(title)}</h1><p>${escape(lead)}</p>
<ul>${findings.map((one) => `<li>${escape(one)}</li>`).join("")}</ul>
<div class="scroll"><table><thead><tr>${headings.map((one) => `<th scope="col">${escape(one)}</th>`).join("")}</tr></thead>
<tbody>${rows.map((row, index) => `<tr${index === marked ? ' class="answer"' : ""}>${row.map((cell) => `<td>${escape(cell)}</td>`).join("")}</tr>`).join("\n")}</tbody></table></div>
<div class="panels">${panels.map((panel) => figure(panel, longest)).join("\n")}</div>
<div class="notes">${notes.map((note) => `<p>${escape(note)}</p>`).join("")}</div>
</body></html>
`;
}

function figure({ name, predicted, truth }: HtmlReport["panels"][number], longest: number): string {
  const x = (life: number) => (PAD + (life / longest) * (SIZE - 2 * PAD)).toFixed(1);
  const y = (life: number) => (SIZE - PAD - (life / longest) * (SIZE - 2 * PAD)).toFixed(1);
  const marks = predicted.map(({ value, lower, upper }, engine) => {
    const at = truth[engine] ?? 0;
    return `<g><title>engine ${engine + 1}: true ${at}, predicted ${value.toFixed(1)} (${lower.toFixed(1)} to ${upper.toFixed(1)})</title><line class="interval" x1="${x(at)}" x2="${x(at)}" y1="${y(lower)}" y2="${y(upper)}"/><circle class="point" cx="${x(at)}" cy="${y(value)}" r="2.5"/></g>`;
  });
  const ticks = [0, 50, 100, 150].filter((tick) => tick <= longest);
  return `<figure><figcaption>${escape(name)}</figcaption><svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="${escape(name)}: predicted against true remaining life, with 90 % intervals">
<path class="axis" d="M${PAD} ${PAD}V${SIZE - PAD}H${SIZE - PAD}"/><path class="perfect" d="M${x(0)} ${y(0)}L${x(longest)} ${y(longest)}"/>
${ticks.map((tick) => `<text x="${x(tick)}" y="${SIZE - PAD + 16}" text-anchor="middle">${tick}</text><text x="${PAD - 6}" y="${y(tick)}" dy="4" text-anchor="end">${tick}</text>`).join("")}
<text x="${SIZE / 2}" y="${SIZE - 4}" text-anchor="middle">true remaining cycles</text><text transform="translate(10 ${SIZE / 2}) rotate(-90)" text-anchor="middle">predicted</text>
${marks.join("\n")}</svg></figure>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string): string => text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
