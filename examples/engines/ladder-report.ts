// The example's findings: the ladder as a table with its bars, the verdicts, and one self-contained HTML file.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare } from "@eigentwin/core";
import { publish, type Bar } from "../../scripts/report.ts";
import type { Verdict } from "./client.ts";
import { RUNGS, type RemainingLife, type Rung, type Trained } from "./cohort.ts";
import { htmlReport } from "./html.ts";
import { score, type Predicted, type Scores } from "./score.ts";

interface Findings {
  set: string;
  trained: Trained;
  /** Of the training run, on training engines. */
  verdict: Verdict | undefined;
  /** One a test engine, in order. */
  answers: readonly RemainingLife[];
  truth: readonly number[];
  effort: {
    totalSeconds: number;
    trainingSeconds: number;
    askingSeconds: number;
    programs: number;
    evaluations: number;
  };
}

export interface Destination {
  json: string | undefined;
  out: string;
  /** Of the file that was written before the truth was opened. */
  predictionsDigest: string;
}

type Row = Scores & { rung: Rung; name: string; predictor: string; validated: number };

const MARGIN_CYCLES = 0.5;

export function report(findings: Findings, { json, out, predictionsDigest }: Destination): void {
  const rows = ladder(findings);
  const { set, answers, truth, trained } = findings;
  const title = `Remaining life, ${set}: ${answers.length} engines`;
  const notes = notesOf(findings);
  publish(
    {
      title,
      columns: [
        { key: "rung" },
        { key: "name", title: "model" },
        { key: "validated", title: "RMSE cv", digits: 2 },
        { key: "rmseCapped", title: "RMSE capped", digits: 2 },
        { key: "rmseRaw", title: "RMSE raw", digits: 2 },
        { key: "phm08Capped", title: "PHM08 capped", digits: 0 },
        { key: "phm08Raw", title: "PHM08 raw", digits: 0 },
        { key: "coverage", digits: 2 },
        { key: "meanWidth", title: "width", digits: 1 },
      ],
      rows: rows.map((row) => ({ ...row })),
      bars: barsOf(findings, rows),
      notes,
    },
    { json },
  );
  const page = htmlReport({
    title,
    lead: "Each engine is predicted from its own streams by a model fitted to other engines. Nothing was chosen on these engines.",
    findings: notes,
    headings: ["rung", "model", "RMSE cv", "RMSE capped", "RMSE raw", "PHM08 capped", "PHM08 raw", "coverage", "width"],
    rows: rows.map((row) => [
      row.rung,
      row.predictor,
      ...[row.validated, row.rmseCapped, row.rmseRaw].map((rmse) => rmse.toFixed(2)),
      ...[row.phm08Capped, row.phm08Raw].map((phm08) => phm08.toFixed(0)),
      row.coverage.toFixed(2),
      row.meanWidth.toFixed(1),
    ]),
    marked: rows.findIndex(({ rung, predictor }) => rung === "own-history" && predictor === trained.chosen.answeredBy),
    notes: [
      "RMSE cv: cross-validated on training engines. PHM08: the challenge's score, which punishes late predictions more; lower is better. Dashed: predicted = true.",
      `Predictions written before the truth was opened: ${predictionsDigest}. Seed 1.`,
    ],
    panels: predictorsOf(trained).map(({ predictor }) => ({
      name: `${predictor}, own history`,
      predicted: predictedBy(findings, "own-history", predictor),
      truth,
    })),
    lifeCap: trained.lifeCap,
  });
  writeFileSync(join(out, "report.html"), page);
}

const predictorsOf = ({ chosen }: Trained) => [
  { predictor: chosen.quantum, name: `${chosen.quantum} (quantum kernel)` },
  { predictor: chosen.classicalKernel, name: `${chosen.classicalKernel} (classical kernel)` },
  { predictor: chosen.boosting, name: "boosting" },
];

function ladder(findings: Findings): Row[] {
  const { trained, truth } = findings;
  return RUNGS.flatMap((rung) =>
    predictorsOf(trained).map(({ predictor, name }) => ({
      rung,
      name,
      predictor,
      validated: validatedRmse(trained, rung, predictor),
      ...score(predictedBy(findings, rung, predictor), truth, trained.lifeCap),
    })),
  );
}

const validatedRmse = ({ table }: Trained, rung: Rung, predictor: string): number =>
  table.find((row) => row.rung === rung && row.predictor === predictor)?.rmse ?? Number.NaN;

function predictedBy({ answers }: Findings, rung: Rung, predictor: string): Predicted[] {
  const nothing = { value: Number.NaN, lower: Number.NaN, upper: Number.NaN };
  return answers.map(
    ({ alternatives = [] }) => alternatives.find((one) => one.rung === rung && one.predictor === predictor) ?? nothing,
  );
}

const scoreOfAnswers = ({ answers, truth, trained }: Findings): Scores =>
  score(
    answers.map(({ remainingCycles, interval }) => ({ value: remainingCycles, ...interval })),
    truth,
    trained.lifeCap,
  );

/** Bars that speak of FD001 hold for that set alone; the others hold for any. */
function barsOf(findings: Findings, rows: readonly Row[]): Bar[] {
  const { chosen } = findings.trained;
  const rmse = (rung: Rung, predictor: string) =>
    rows.find((row) => row.rung === rung && row.predictor === predictor)?.rmseCapped ?? Number.NaN;
  const answer = scoreOfAnswers(findings);
  const bars: Bar[] = [
    { name: "total time in seconds", value: findings.effort.totalSeconds, atMost: 600 },
    { name: "coverage of the answer's 90 % interval", value: answer.coverage, atLeast: 0.85, atMost: 0.95 },
    ...predictorsOf(findings.trained).map(({ predictor }) => ({
      name: `own history minus recent window, RMSE of ${predictor}`,
      value: rmse("own-history", predictor) - rmse("recent-window", predictor),
      atMost: 0,
    })),
  ];
  if (findings.set !== "FD001") return bars;
  return [
    ...bars,
    { name: "RMSE of the answer, capped truth", value: answer.rmseCapped, atMost: 12 },
    { name: "boosting is no weaker than the orientation", value: rmse("own-history", chosen.boosting), atMost: 10.6 },
    {
      name: "the classical kernel is no weaker than the orientation",
      value: rmse("own-history", chosen.classicalKernel),
      atMost: 10.8,
    },
  ];
}

function notesOf(findings: Findings): string[] {
  const { trained, verdict, effort } = findings;
  const answer = scoreOfAnswers(findings);
  return [
    `The answer is given by ${trained.chosen.answeredBy} on own history, chosen on training engines: RMSE ${answer.rmseCapped.toFixed(2)} capped, ${answer.rmseRaw.toFixed(2)} raw.`,
    tellVerdict("Verdict on training engines", verdict),
    tellVerdict("The same comparison on the test engines", testVerdict(findings)),
    `${effort.programs} programs with ${effort.evaluations.toLocaleString("en")} circuit evaluations and overlaps. Storing, twins and training took ${effort.trainingSeconds.toFixed(0)} s, asking ${effort.askingSeconds.toFixed(0)} s.`,
    `Capped: the truth is capped at ${trained.lifeCap} cycles. Coverage and width are of the 90 % interval, against the capped truth.`,
  ];
}

/** Told beside the verdict, which the platform reached on training engines: nothing is chosen by it. */
function testVerdict(findings: Findings): Verdict {
  const { trained, truth } = findings;
  const { chosen, lifeCap } = trained;
  const classical = [chosen.boosting, chosen.classicalKernel].sort(
    (a, b) => validatedRmse(trained, "own-history", a) - validatedRmse(trained, "own-history", b),
  );
  const lossesOf = (predictor: string) => ({
    name: predictor,
    losses: Float64Array.from(
      predictedBy(findings, "own-history", predictor),
      ({ value }, engine) => (value - Math.min(lifeCap, truth[engine] ?? Number.NaN)) ** 2,
    ),
  });
  return compare(
    {
      metric: "RMSE",
      unit: "{cycle}",
      aggregate: "root-mean",
      margin: MARGIN_CYCLES,
      heldOut: "test engines",
      individuals: truth.map((_, engine) => String(engine + 1)),
      quantum: lossesOf(chosen.quantum),
      baseline: lossesOf(classical[0] ?? chosen.boosting),
    },
    1,
  );
}

function tellVerdict(what: string, verdict: Verdict | undefined): string {
  if (!verdict?.scores) return `${what}: ${verdict ? `${verdict.word}, ${verdict.reason}` : "none"}.`;
  const { quantum, baseline, difference, margin, individuals } = verdict.scores;
  const interval = `[${difference.lower.toFixed(2)}, ${difference.upper.toFixed(2)}]`;
  return `${what}: quantum is ${verdict.word}. ${quantum.name} ${quantum.score.toFixed(2)} against ${baseline.name} ${baseline.score.toFixed(2)}, difference ${difference.value.toFixed(2)} ${interval}, margin ${margin} cycles, ${individuals} engines.`;
}
