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
import { cohortNote, demoKey } from "./demo-tenant.ts";
import { defaultConfigs, freePort, namedPort, startWorkers, type Deployment } from "./deployment.ts";
import { tellDemoAgain, tellHowToGoOn, tellKeys } from "./next-steps.ts";
import { configsWithPlugin, openPlugin } from "./one-more-plugin.ts";

const USAGE = `usage: npm start -- [options]

  --data FOLDER    a real C-MAPSS folder in place of the synthetic demo cohort
  --set FD001      which set, where the folder holds more than one
  --once           end after the answer; exit code 1 where there is none
  --no-demo        an empty deployment: no tenant, no training
  --plugin FOLDER  one more plugin beside those of the list: the folder of its wrangler.toml
  --port N         port on 127.0.0.1 (default: 8787, or the next free one)
  --state FOLDER   where twins, runs and datasets are kept (default: .eigentwin/state)
  --help`;

const { values: options } = readArguments(USAGE, {
  options: {
    data: { type: "string" },
    set: { type: "string" },
    once: { type: "boolean" },
    "no-demo": { type: "boolean" },
    plugin: { type: "string" },
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

const { source, port, configs } = await wanted().catch((error: unknown) => misused(USAGE, error));
const stateFolder = options.state === undefined ? join(root, ".eigentwin/state") : fromHere(options.state);
const workers = await startWorkers({ stateFolder, port, configs: configs(stateFolder), say, onDied }).catch(
  (error: Error) => {
    console.error(`\n${error.message}`);
    return process.exit(1);
  },
);

if (options["no-demo"]) console.log(`\n${tellKeys(workers, options.state)}`);
else
  try {
    await demo({ ...workers, key: await demoKey(workers.url, stateFolder) });
    if (options.once) await leave(0);
  } catch (error) {
    if (!workers.isStopping()) await withoutDemo(error instanceof Error ? error.message : String(error));
  }

function onDied(how: string): never {
  console.error(`\nthe Workers ended (${how}); npm start goes on from here`);
  return process.exit(1);
}

function leave(code: number): Promise<never> {
  return workers.stop().then(() => process.exit(code));
}

async function demo(deployment: Deployment): Promise<void> {
  const { model, twins } = await loadCohort(deployment, source);
  const twin = twins[0] ?? "";
  say(`asking: how many cycles has ${twin} left?`);
  const answered = await remainingLife(deployment, twin, { model, alternatives: true });
  console.log(`\n${tellAnswer(twin, source, answered)}\n`);
  if (options.once) return;
  const asked = { twin, model, run: answered.run.id };
  console.log(tellHowToGoOn(deployment, asked, { state: options.state, isSynthetic: source.synthetic }));
}

/** The deployment is up for everybody else. */
async function withoutDemo(why: string): Promise<void> {
  console.error(`\nThe demo gave no answer: ${why}\n`);
  if (options.once) return leave(1);
  console.log(`${tellDemoAgain(stateFolder)}\n${tellKeys(workers, options.state)}`);
}

async function wanted() {
  const isBoth = options["no-demo"] && (["once", "data", "set"] as const).find((name) => options[name] !== undefined);
  if (isBoth) throw new Error(`--no-demo asks nothing, so --${isBoth} cannot stand beside it`);
  const source = options.data === undefined ? demoCohort() : openFolder(fromHere(options.data), options.set);
  const port = options.port === undefined ? await freePort(8787) : await namedPort(options.port);
  const plugin = options.plugin === undefined ? undefined : openPlugin(fromHere(options.plugin));
  const configs = (stateFolder: string) => (plugin ? configsWithPlugin(stateFolder, plugin) : defaultConfigs());
  return { source, port, configs };
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
  const note = cohortNote(stateFolder, name);
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
