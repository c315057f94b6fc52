// Answers and evidence as something a person reads.

import type { Run, Verdict } from "./client.ts";
import type { Answered, RemainingLife, Trained } from "./cohort.ts";
import type { CohortSource } from "./source.ts";

const cycles = (value: number) => value.toFixed(0);

export function tellTraining({ run, result }: Answered<Trained>): string {
  const own = result.table.filter(({ rung }) => rung === "own-history");
  const lines = own.map(
    ({ predictor, kind, rmse, standardError }) =>
      `    ${predictor.padEnd(20)} ${kind.padEnd(10)} RMSE ${rmse.toFixed(2)} ± ${standardError.toFixed(2)} cycles`,
  );
  return [
    `Trained on ${result.engines} engines (${result.rows} rows); cross-validated by engine, with own history:`,
    ...lines,
    `  ${tellVerdict(run.verdict)}`,
  ].join("\n");
}

export function tellAnswer(twin: string, source: CohortSource, { run, result }: Answered<RemainingLife>): string {
  const { lower, upper, coverage } = result.interval;
  const own = (result.alternatives ?? []).filter(({ rung }) => rung === "own-history");
  return [
    `${twin}${source.synthetic ? " (SYNTHETIC)" : ""}, at cycle ${cycles(result.cycle)}:`,
    `  ${cycles(result.remainingCycles)} cycles left, ${100 * coverage} % interval ${cycles(lower)} to ${cycles(upper)} (lives are capped at ${result.lifeCap})`,
    `  answered by ${result.answeredBy}, chosen on training engines, from this engine's own history`,
    "  beside it:",
    ...own.map(
      ({ predictor, kind, value, lower: from, upper: to }) =>
        `    ${predictor.padEnd(20)} ${kind.padEnd(10)} ${cycles(value).padStart(4)}  (${cycles(from)} to ${cycles(to)})`,
    ),
    "Evidence",
    `  verdict      ${tellVerdict(run.verdict)}`,
    `  executed by  ${tellBackend(run)}`,
    ...run.backend.passedOver.map(({ name, reason }) => `  passed over  ${name}: ${reason}`),
    `  cost         ${run.spent.programs} programs, ${run.spent.evaluations} evaluations, up to ${run.spent.qubits} qubits, depth ${run.spent.depth}, ${run.spent.money} ${run.spent.currency}`,
    `  result       ${run.resultDigest}`,
    `  evidence     ${run.evidenceDigest}  (GET /v1/runs/${run.id}/evidence)`,
  ].join("\n");
}

function tellVerdict(verdict: Verdict | undefined): string {
  if (!verdict) return "none";
  if (!verdict.scores) return `${verdict.word}: ${verdict.reason}`;
  const { quantum, baseline, difference, margin, metric, individuals } = verdict.scores;
  return (
    `quantum is ${verdict.word.toUpperCase()}: ${metric} ${quantum.score.toFixed(2)} (${quantum.name}) against ${baseline.score.toFixed(2)} (${baseline.name}), ` +
    `difference ${difference.value.toFixed(2)} [${difference.lower.toFixed(2)}, ${difference.upper.toFixed(2)}], margin ${margin}, ${individuals} engines held out`
  );
}

function tellBackend({ backend, executedBy }: Run): string {
  if (executedBy === null) return "no quantum program was needed";
  return `${executedBy} ${backend.plugin.version}, ${backend.exact ? "exact" : "sampled"}, noise: ${backend.noise}`;
}
