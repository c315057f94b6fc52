// Starts the default deployment on this machine and shows what Eigentwin is: one engine, answered end to end.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Api } from "../examples/engines/client.ts";
import { demoCohort } from "../examples/engines/demo-cohort.ts";
import { createTwins, remainingLife, storeRecords, train } from "../examples/engines/cohort.ts";
import { tellAnswer, tellTraining } from "../examples/engines/tell.ts";
import { openFolder, type CohortSource } from "../examples/engines/source.ts";
import { root } from "./command.ts";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { freePort, namedPort, startDeployment, type Deployment } from "./deployment.ts";

const USAGE = `usage: npm start -- [options]

  --data FOLDER  a real C-MAPSS folder in place of the synthetic demo cohort
  --set FD001    which set, where the folder holds more than one
  --once         end after the answer
  --port N       port on 127.0.0.1 (default: 8787, or the next free one)
  --state FOLDER where twins, runs and datasets are kept (default: .eigentwin/state)
  --help`;

const { values: options } = readArguments(USAGE, {
  options: {
    data: { type: "string" },
    set: { type: "string" },
    once: { type: "boolean" },
    port: { type: "string" },
    state: { type: "string" },
    help: { type: "boolean" },
  },
});

/** The demo trains in seconds: fewer folds and inducing points than the defaults, which real data gets. */
const DEMO_TRAINING = { folds: 3, inducingPoints: 48, every: 10 };

const started = performance.now();
const say = (line: string) =>
  console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);

const [source, port] = await wanted().catch((error: unknown) => misused(USAGE, error));
const stateFolder = options.state === undefined ? join(root, ".eigentwin/state") : fromHere(options.state);
const deployment = await startDeployment({ stateFolder, port, say }).catch((error: Error) => {
  console.error(`\n${error.message}`);
  return process.exit(1);
});
const leave = (code: number) => deployment.stop().then(() => process.exit(code));

try {
  const cohort = await loadCohort(deployment, source);
  const twin = cohort.twins[0] ?? "";
  say(`asking: how many cycles has ${twin} left?`);
  const answered = await remainingLife(deployment, twin, { model: cohort.model, alternatives: true });
  console.log(`\n${tellAnswer(twin, source, answered)}\n`);
  if (options.once) await leave(0);
  else console.log(tellHowToGoOn(deployment, { twin, model: cohort.model, run: answered.run.id }));
} catch (error) {
  if (!deployment.isStopping()) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    await leave(1);
  }
}

async function wanted(): Promise<[CohortSource, number]> {
  const cohort = options.data === undefined ? demoCohort() : openFolder(fromHere(options.data), options.set);
  return [cohort, options.port === undefined ? await freePort(8787) : await namedPort(options.port)];
}

interface Cohort {
  model: string;
  twins: string[];
}

/** Loaded and trained once; a later start finds it by the note that this one leaves. */
async function loadCohort(api: Api, source: CohortSource): Promise<Cohort> {
  const training = source.synthetic ? DEMO_TRAINING : {};
  const question = JSON.stringify([source.train, source.test, training]);
  const name = createHash("sha256").update(question).digest("hex").slice(0, 16);
  const note = join(stateFolder, `cohort-${name}.json`);
  if (existsSync(note)) {
    say("the cohort is there from an earlier start");
    return JSON.parse(readFileSync(note, "utf8")) as Cohort;
  }
  say(
    source.synthetic
      ? "loading the demo cohort (SYNTHETIC engines, run to failure by stated physics)"
      : `loading ${source.set}`,
  );
  const dataset = await storeRecords(api, source);
  const twins = await createTwins(
    api,
    source,
    source.synthetic ? "demo" : `${source.set.toLowerCase()}-${name.slice(0, 4)}`,
  );
  say(`stored the training records; created ${twins.length} engine twins with their streams`);
  let told = "";
  const trained = await train(api, dataset, training, ({ progress }) => {
    const line = `training ${(100 * progress.fraction).toFixed(0).padStart(3)} %  ${progress.note}`;
    if (line !== told) say(line);
    told = line;
  });
  console.log(`\n${tellTraining(trained)}\n`);
  const cohort = { model: trained.result.model, twins };
  writeFileSync(note, JSON.stringify(cohort));
  return cohort;
}

function tellHowToGoOn(
  { url, key, administratorFile }: Deployment,
  { twin, model, run }: { twin: string; model: string; run: string },
): string {
  const question = JSON.stringify({
    capability: "aerospace.remaining-life@1",
    subject: { kind: "twin", id: twin },
    input: { model, alternatives: true },
  });
  return [
    `Eigentwin is up at ${url}   (API: ${url}/openapi.json; Ctrl-C stops everything)`,
    `Tenants and keys: an administrator's key is in ${administratorFile}; npm run setup-token makes another`,
    "Ask again:",
    "",
    `curl -s ${url}/v1/runs -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${question}'`,
    "",
    "Check the evidence:",
    "",
    `curl -s ${url}/v1/runs/${run}/bundle -H 'authorization: Bearer ${key}' -o bundle.json`,
    `npm run verify:evidence -- bundle.json --keys ${url}/.well-known/eigentwin-keys.json`,
    "",
  ].join("\n");
}
