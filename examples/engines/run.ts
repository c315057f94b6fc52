// Remaining life of the engines of a C-MAPSS folder, through the public HTTP API alone.
//
//   npm run example:engines -- FOLDER [--set FD001] [--json FILE] [--out FOLDER] [--url URL --key KEY]

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compare } from "@eigentwin/core";
import { freePort, startDeployment } from "../../scripts/deployment.ts";
import { publish, type Bar } from "../../scripts/report.ts";
import type { Api, Verdict } from "./client.ts";
import {
  createTwins,
  remainingLife,
  RUNGS,
  storeRecords,
  train,
  type RemainingLife,
  type Rung,
  type Trained,
} from "./fleet.ts";
import { htmlReport } from "./html.ts";
import { score, type Predicted, type Scores } from "./score.ts";
import { openFolder, type FleetSource } from "./source.ts";

const USAGE = `usage: npm run example:engines -- FOLDER [options]

  FOLDER       holds train_FD00x*.txt (one file or several parts), test_FD00x.txt and RUL_FD00x.txt
  --set FD001  which set, where the folder holds more than one
  --json FILE  writes the figures of the table as JSON too
  --out FOLDER where predictions and the HTML report go (default: .eigentwin/engines)
  --url, --key use a deployment that runs already, with a key for it
  --help`;

/** Asked at once: one workerd serves them all. */
const QUESTIONS_AT_ONCE = 4;
const say = (line: string) => console.error(`  ${line}`);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    set: { type: "string" },
    json: { type: "string" },
    out: { type: "string" },
    url: { type: "string" },
    key: { type: "string" },
    help: { type: "boolean" },
  },
});
const [folder] = positionals;
if (options.help || folder === undefined) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 2);
}

const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;
const source = openOrExplain(folder, options.set);
const out = options.out ?? ".eigentwin/engines";
mkdirSync(out, { recursive: true });
if (options.url !== undefined && options.key !== undefined) await study({ url: options.url, key: options.key });
else await onOwnDeployment(study);

function openOrExplain(path: string, set: string | undefined): FleetSource {
  try {
    return openFolder(path, set);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(2);
  }
}

async function onOwnDeployment(use: (api: Api) => Promise<void>): Promise<void> {
  const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-engines-"));
  const deployment = await startDeployment({ stateFolder, port: await freePort(8790), say });
  process.once("SIGINT", () => void deployment.stop().then(() => process.exit(130)));
  try {
    await use(deployment);
  } finally {
    await deployment.stop();
    rmSync(stateFolder, { recursive: true, force: true });
  }
}

async function study(api: Api): Promise<void> {
  say(`storing the training engines of ${source.set}`);
  const dataset = await storeRecords(api, source);
  say("creating the test engines as twins with their streams");
  const twins = await createTwins(api, source);
  let told = "";
  const trained = await train(api, dataset, {}, ({ progress }) => {
    const line = `training ${(100 * progress.fraction).toFixed(0)} %: ${progress.note}`;
    if (line !== told) say(`${seconds().toFixed(0).padStart(4)} s  ${line}`);
    told = line;
  });
  const trainingSeconds = seconds();
  const answers = await askAll(api, twins, trained.result.model);
  const askingSeconds = seconds() - trainingSeconds;
  const programs = answers.reduce((sum, { programs: one }) => sum + one, trained.run.spent.programs);
  const evaluations = answers.reduce((sum, { evaluations: one }) => sum + one, trained.run.spent.evaluations);

  // Written down, with a digest on the screen, before the truth is opened.
  const predictions = JSON.stringify(
    {
      set: source.set,
      model: trained.result.model,
      chosen: trained.result.chosen,
      engines: answers.map(({ twin, result }) => ({ twin, ...result })),
    },
    null,
    1,
  );
  writeFileSync(join(out, "predictions.json"), predictions);
  say(
    `predictions of ${answers.length} engines written, sha256 ${createHash("sha256").update(predictions).digest("hex")}`,
  );
  say("opening the true remaining lives");
  report(
    trained.result,
    trained.run.verdict,
    answers.map(({ result }) => result),
    source.remainingLives(),
    {
      trainingSeconds,
      askingSeconds,
      programs,
      evaluations,
    },
  );
}

interface AskedTwin {
  twin: string;
  result: RemainingLife;
  programs: number;
  evaluations: number;
}

async function askAll(api: Api, twins: readonly string[], model: string): Promise<AskedTwin[]> {
  const answers: AskedTwin[] = [];
  const queue = twins.map((twin, index) => ({ twin, index }));
  const asker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { run, result } = await remainingLife(api, next.twin, { model, alternatives: true });
      answers[next.index] = {
        twin: next.twin,
        result,
        programs: run.spent.programs,
        evaluations: run.spent.evaluations,
      };
      if (answers.filter(Boolean).length % 20 === 0)
        say(
          `${seconds().toFixed(0).padStart(4)} s  asked ${answers.filter(Boolean).length} of ${twins.length} engines`,
        );
    }
  };
  await Promise.all(Array.from({ length: QUESTIONS_AT_ONCE }, asker));
  return answers;
}

interface Effort {
  trainingSeconds: number;
  askingSeconds: number;
  programs: number;
  evaluations: number;
}

function report(
  { lifeCap, chosen, table }: Trained,
  verdict: Verdict | undefined,
  results: readonly RemainingLife[],
  truth: readonly number[],
  effort: Effort,
): void {
  const predictedBy = (rung: Rung, predictor: string): Predicted[] =>
    results.map(
      ({ alternatives = [] }) =>
        alternatives.find((one) => one.rung === rung && one.predictor === predictor) ?? {
          value: Number.NaN,
          lower: Number.NaN,
          upper: Number.NaN,
        },
    );
  const predictors = [
    { predictor: chosen.quantum, name: `${chosen.quantum} (quantum kernel)` },
    { predictor: chosen.classicalKernel, name: `${chosen.classicalKernel} (classical kernel)` },
    { predictor: chosen.boosting, name: "boosting" },
  ];
  const rows = RUNGS.flatMap((rung) =>
    predictors.map(({ predictor, name }) => {
      const validated = table.find((row) => row.rung === rung && row.predictor === predictor);
      return {
        rung,
        name,
        predictor,
        validated: validated?.rmse ?? Number.NaN,
        ...score(predictedBy(rung, predictor), truth, lifeCap),
      };
    }),
  );
  const answer: Scores = score(
    results.map(({ remainingCycles, interval }) => ({ value: remainingCycles, ...interval })),
    truth,
    lifeCap,
  );
  const rowOf = (rung: Rung, predictor: string) => rows.find((row) => row.rung === rung && row.predictor === predictor);
  const own = (predictor: string) => rowOf("own-history", predictor)?.rmseCapped ?? Number.NaN;
  const recent = (predictor: string) => rowOf("recent-window", predictor)?.rmseCapped ?? Number.NaN;
  const bars: Bar[] = [
    { name: "total time in seconds", value: Number(seconds().toFixed(1)), atMost: 600 },
    ...predictors.map(({ predictor }) => ({
      name: `own history minus recent window, RMSE of ${predictor}`,
      value: own(predictor) - recent(predictor),
      atMost: 0,
    })),
    { name: "coverage of the answer's 90 % interval", value: answer.coverage, atLeast: 0.85, atMost: 0.95 },
    ...(source.set === "FD001"
      ? [
          { name: "RMSE of the answer, capped truth", value: answer.rmseCapped, atMost: 12 },
          { name: "boosting is no weaker than the orientation", value: own(chosen.boosting), atMost: 10.6 },
          {
            name: "the classical kernel is no weaker than the orientation",
            value: own(chosen.classicalKernel),
            atMost: 10.8,
          },
        ]
      : []),
  ];
  const notes = [
    `The answer is given by ${chosen.answeredBy} on own history, chosen on training engines; RMSE ${answer.rmseCapped.toFixed(2)} capped, ${answer.rmseRaw.toFixed(2)} raw.`,
    verdictLine("verdict on training engines", verdict),
    testLine(
      predictedBy("own-history", chosen.quantum),
      predictedBy("own-history", bestClassical(chosen, table)),
      truth,
      lifeCap,
      bestClassical(chosen, table),
    ),
    `${effort.programs} programs with ${effort.evaluations} circuit evaluations or overlaps; storing, twins and training ${effort.trainingSeconds.toFixed(0)} s, asking ${effort.askingSeconds.toFixed(0)} s.`,
    `Truth capped at ${lifeCap} cycles where it says capped. Coverage and width are of the 90 % interval, against the capped truth.`,
  ];
  const title = `Remaining life, ${source.set}: ${results.length} engines`;
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
      rows,
      bars,
      notes,
    },
    { json: options.json },
  );
  const page = join(out, "report.html");
  writeFileSync(
    page,
    htmlReport({
      title,
      lead: "Each engine is predicted from its own streams by a model fitted to other engines. Nothing was chosen on these engines.",
      headings: [
        "rung",
        "model",
        "RMSE cv",
        "RMSE capped",
        "RMSE raw",
        "PHM08 capped",
        "PHM08 raw",
        "coverage",
        "width",
      ],
      rows: rows.map((row) => [
        row.rung,
        row.name,
        ...[row.validated, row.rmseCapped, row.rmseRaw].map((one) => one.toFixed(2)),
        row.phm08Capped.toFixed(0),
        row.phm08Raw.toFixed(0),
        row.coverage.toFixed(2),
        row.meanWidth.toFixed(1),
      ]),
      notes,
      panels: predictors.map(({ predictor, name }) => ({
        name: `${name}, own history`,
        predicted: predictedBy("own-history", predictor),
        truth,
      })),
      lifeCap,
    }),
  );
  console.log(`\nreport: ${page}\npredictions: ${join(out, "predictions.json")}`);
}

const bestClassical = ({ classicalKernel, boosting }: Trained["chosen"], table: Trained["table"]): string => {
  const rmse = (predictor: string) =>
    table.find((row) => row.rung === "own-history" && row.predictor === predictor)?.rmse ?? Infinity;
  return rmse(boosting) <= rmse(classicalKernel) ? boosting : classicalKernel;
};

function verdictLine(what: string, verdict: Verdict | undefined): string {
  if (!verdict?.scores) return `${what}: ${verdict?.word ?? "none"}${verdict ? `, ${verdict.reason}` : ""}`;
  const { quantum, baseline, difference, margin, unit, individuals } = verdict.scores;
  return `${what}: ${verdict.word} (${quantum.name} ${quantum.score.toFixed(2)} against ${baseline.name} ${baseline.score.toFixed(2)}, difference ${difference.value.toFixed(2)} [${difference.lower.toFixed(2)}, ${difference.upper.toFixed(2)}], margin ${margin} ${unit}, ${individuals} engines; ${verdict.reason})`;
}

function testLine(
  quantum: readonly Predicted[],
  baseline: readonly Predicted[],
  truth: readonly number[],
  lifeCap: number,
  name: string,
): string {
  const losses = (predicted: readonly Predicted[]) =>
    Float64Array.from(predicted, ({ value }, engine) => (value - Math.min(lifeCap, truth[engine] ?? Number.NaN)) ** 2);
  const verdict = compare(
    {
      metric: "RMSE",
      unit: "{cycle}",
      aggregate: "root-mean",
      margin: 0.5,
      heldOut: "test engines",
      individuals: truth.map((_, engine) => String(engine + 1)),
      quantum: { name: "quantum kernel", losses: losses(quantum) },
      baseline: { name, losses: losses(baseline) },
    },
    1,
  );
  return verdictLine("the same comparison on the test engines", verdict);
}
