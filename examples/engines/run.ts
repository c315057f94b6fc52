// Remaining life of the engines of a C-MAPSS folder, through the public HTTP API alone.
//
//   npm run example:engines -- FOLDER [--set FD001] [--json FILE] [--out FOLDER] [--url URL --key KEY]

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHere, misused, readArguments } from "../../scripts/arguments.ts";
import { freePort, startDeployment } from "../../scripts/deployment.ts";
import { call, type Api } from "./client.ts";
import { createTwins, remainingLife, storeRecords, train, type RemainingLife } from "./cohort.ts";
import { report } from "./ladder-report.ts";
import { openFolder, type CohortSource } from "./source.ts";

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

const { values: options, positionals } = readArguments(USAGE, {
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

const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;
const [source, given] = wanted();
const out = fromHere(options.out ?? ".eigentwin/engines");
mkdirSync(out, { recursive: true });
await (given ? study(given) : onOwnDeployment());

function wanted(): [CohortSource, Api | undefined] {
  const [folder, ...rest] = positionals;
  const { url, key } = options;
  try {
    if (folder === undefined || rest.length > 0) throw new Error("name one folder");
    if ((url === undefined) !== (key === undefined)) throw new Error("--url and --key go together");
    return [
      openFolder(fromHere(folder), options.set),
      url !== undefined && key !== undefined ? { url, key } : undefined,
    ];
  } catch (error) {
    return misused(USAGE, error);
  }
}

async function onOwnDeployment(): Promise<void> {
  const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-engines-"));
  const onStopped = () => rmSync(stateFolder, { recursive: true, force: true });
  const deployment = await startDeployment({ stateFolder, port: await freePort(8790), say, onStopped });
  try {
    await study(deployment);
  } catch (error) {
    if (deployment.isStopping()) return;
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
  await deployment.stop();
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
  const predictionsDigest = `sha256:${createHash("sha256").update(predictions).digest("hex")}`;
  say(`predictions of ${answers.length} engines written, ${predictionsDigest}`);
  say("opening the true remaining lives");
  const truth = source.remainingLives();
  if (truth.length !== answers.length)
    throw new Error(`the set has ${truth.length} true lives and ${answers.length} test engines`);
  // One answer with all that it rests on: npm run verify:evidence checks it.
  const [first] = answers;
  const bundleFile = join(out, "evidence-bundle.json");
  if (first) writeFileSync(bundleFile, JSON.stringify(await call(api, "GET", `/v1/runs/${first.run}/bundle`)));
  const effort = { totalSeconds: Math.round(seconds()), trainingSeconds, askingSeconds, programs, evaluations };
  const { result, run } = trained;
  report(
    {
      set: source.set,
      trained: result,
      verdict: run.verdict,
      answers: answers.map((one) => one.result),
      truth,
      effort,
    },
    { json: options.json === undefined ? undefined : fromHere(options.json), out, predictionsDigest },
  );
  console.log(`\nreport: ${join(out, "report.html")}\npredictions: ${join(out, "predictions.json")}`);
  if (first) console.log(`evidence of ${first.twin}: ${bundleFile} (npm run verify:evidence -- FILE)`);
}

interface AskedTwin {
  twin: string;
  /** Id of the run. */
  run: string;
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
        run: run.id,
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
