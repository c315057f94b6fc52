// Remaining life of the engines of a C-MAPSS folder, through the public HTTP API alone.
//
//   npm run example:engines -- FOLDER [--set FD001] [--json FILE] [--out FOLDER] [--url URL --key KEY]

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { freePort, startDeployment } from "../../scripts/deployment.ts";
import type { Api } from "./client.ts";
import { createTwins, remainingLife, storeRecords, train, type RemainingLife } from "./fleet.ts";
import { report } from "./ladder-report.ts";
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
  const truth = source.remainingLives();
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
    { json: options.json, out },
  );
  console.log(`\nreport: ${join(out, "report.html")}\npredictions: ${join(out, "predictions.json")}`);
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
