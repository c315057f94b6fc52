// The one table of what is counted. Labels have few values: patterns of routes and names that the deployment binds, never
// an id of anybody.

interface MetricFacts {
  kind: "counter" | "histogram" | "gauge";
  help: string;
  labels: readonly string[];
  /** Upper bounds of a histogram, ascending; what is above the last counts as +Inf. */
  buckets?: readonly number[];
}

const LOST = "What an isolate has not flushed when it ends is lost: at most about 10 seconds.";

export const METRICS = {
  eigentwin_requests_total: {
    kind: "counter",
    help: `HTTP requests by route pattern, method and status class. ${LOST}`,
    labels: ["route", "method", "status"],
  },
  eigentwin_request_seconds: {
    kind: "histogram",
    help: `Time from a request to its answer, waiting for a run included. ${LOST}`,
    labels: ["route"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  },
  eigentwin_runs_accepted_total: { kind: "counter", help: `Runs accepted. ${LOST}`, labels: ["capability"] },
  eigentwin_runs_ended_total: {
    kind: "counter",
    help: `Runs ended, by how. ${LOST}`,
    labels: ["capability", "state"],
  },
  eigentwin_programs_total: {
    kind: "counter",
    help: `Quantum programs executed for runs that have ended. ${LOST}`,
    labels: ["backend"],
  },
  eigentwin_shots_total: {
    kind: "counter",
    help: `Shots taken for runs that have ended. ${LOST}`,
    labels: ["backend"],
  },
  eigentwin_due_work_failed_total: {
    kind: "counter",
    help: `Due work of an alarm that failed and is tried again. ${LOST}`,
    labels: ["work"],
  },
  eigentwin_due_work_retried_total: {
    kind: "counter",
    help: `Due work of an alarm that was tried again. ${LOST}`,
    labels: ["work"],
  },
  eigentwin_webhook_attempts_total: {
    kind: "counter",
    help: `Attempts to deliver an event to a webhook, by what came of it. ${LOST}`,
    labels: ["outcome"],
  },
  eigentwin_hook_messages_total: {
    kind: "counter",
    help: `Messages that came in by hooks, by what became of them. ${LOST}`,
    labels: ["outcome"],
  },
  eigentwin_twins: { kind: "gauge", help: "Twins in the index.", labels: [] },
  eigentwin_datasets: { kind: "gauge", help: "Datasets in the index.", labels: [] },
  eigentwin_models: { kind: "gauge", help: "Models in the index.", labels: [] },
  eigentwin_runs: { kind: "gauge", help: "Runs in the index by state.", labels: ["state"] },
} as const satisfies Record<string, MetricFacts>;

export type MetricName = keyof typeof METRICS;
export const factsOf = (name: MetricName): MetricFacts => METRICS[name];

/** A value of one series: the metric, a part of it where it is a histogram (a bound, or "sum"), and its labels. */
export type Sample = readonly [series: string, value: number];

export const seriesOf = (name: MetricName, labels: readonly string[], part = ""): string =>
  JSON.stringify([name, part, ...labels]);

/** Of a metric that is no longer in the table, nothing. */
export function readSeries(series: string): { name: MetricName; part: string; labels: string[] } | undefined {
  const [name, part = "", ...labels] = JSON.parse(series) as string[];
  return name !== undefined && Object.hasOwn(METRICS, name) ? { name: name as MetricName, part, labels } : undefined;
}
