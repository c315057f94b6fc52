// Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/

import { factsOf, METRICS, readSeries, type MetricName, type Sample } from "./metrics.ts";

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The values of one set of labels: one, or those of a histogram by bound and "sum". */
type Parts = Map<string, number>;

export function exposition(samples: readonly Sample[]): string {
  const byMetric = new Map<MetricName, Map<string, Parts>>();
  for (const [series, value] of samples) {
    const read = readSeries(series);
    if (!read) continue;
    const byLabels = byMetric.get(read.name) ?? new Map<string, Parts>();
    byMetric.set(read.name, byLabels);
    const labels = JSON.stringify(read.labels);
    const parts = byLabels.get(labels) ?? new Map<string, number>();
    byLabels.set(labels, parts.set(read.part, value));
  }
  return (Object.keys(METRICS) as MetricName[])
    .flatMap((name) => linesOf(name, byMetric.get(name) ?? new Map()))
    .map((line) => `${line}\n`)
    .join("");
}

function linesOf(name: MetricName, byLabels: ReadonlyMap<string, Parts>): string[] {
  if (byLabels.size === 0) return [];
  const { kind, help, labels: names, buckets = [] } = factsOf(name);
  const rows = [...byLabels]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([values, parts]) => {
      const labels = (JSON.parse(values) as string[]).map((value, index): [string, string] => [
        names[index] ?? "",
        value,
      ]);
      return kind === "histogram" ? histogram(name, labels, parts, buckets) : [line(name, labels, parts.get("") ?? 0)];
    });
  return [`# HELP ${name} ${help.replace(/[\\\n]/g, escaped)}`, `# TYPE ${name} ${kind}`, ...rows];
}

/** Each bucket holds what is in those below it too. */
function histogram(name: string, labels: [string, string][], parts: Parts, buckets: readonly number[]): string[] {
  let below = 0;
  const rows = [...buckets.map(String), "+Inf"].map((bound) => {
    below += parts.get(bound) ?? 0;
    return line(`${name}_bucket`, [...labels, ["le", bound]], below);
  });
  return [...rows, line(`${name}_sum`, labels, parts.get("sum") ?? 0), line(`${name}_count`, labels, below)];
}

function line(name: string, labels: readonly [string, string][], value: number): string {
  const pairs = labels.map(([label, text]) => `${label}="${text.replace(/[\\"\n]/g, escaped)}"`).join(",");
  return `${name}${pairs && `{${pairs}}`} ${value}`;
}

const escaped = (character: string): string => (character === "\n" ? "\\n" : `\\${character}`);
