// Kill -9 in the middle of a training run: nothing acknowledged is lost, and the run ends as if nothing had happened,
// with evidence that can be checked from the outside.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run as command } from "../../scripts/command.ts";
import { freePort, startDeployment, type Deployment } from "../../scripts/deployment.ts";
import { ask, call, type Run } from "./client.ts";
import { createTwins, remainingLife, storeRecords } from "./cohort.ts";
import { generateCohort } from "./generate.ts";
import { parseLives, type CohortSource } from "./source.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-kill-"));
let deployment: Deployment;
const start = async () => startDeployment({ stateFolder, port: await freePort(8840), say: () => {} });

beforeAll(async () => {
  deployment = await start();
});
afterAll(async () => {
  await deployment.stop();
  rmSync(stateFolder, { recursive: true, force: true });
});

const texts = generateCohort({ seed: 3, trainEngines: 12, testEngines: 2 });
const cohort: CohortSource = {
  set: "kill",
  synthetic: true,
  train: [{ name: "train.txt", text: texts.train }],
  test: [{ name: "test.txt", text: texts.test }],
  remainingLives: () => parseLives(texts.remainingLives),
};

/** As anyone would check it: the file, the published keys, the command. */
async function expectEvidence(run: string, twin: string): Promise<void> {
  const bundle = await call<{ evidence: string }>(deployment, "GET", `/v1/runs/${run}/bundle`);
  const [file, found] = [join(stateFolder, "bundle.json"), join(stateFolder, "findings.json")];
  const check = async (text: string) => {
    writeFileSync(file, text);
    const keys = `${deployment.url}/.well-known/eigentwin-keys.json`;
    return command("node", ["scripts/verify-evidence.ts", file, "--keys", keys, "--json", found]);
  };
  const checked = await check(JSON.stringify(bundle));
  expect(checked).toMatchObject({ code: 0 });
  const { rows } = JSON.parse(readFileSync(found, "utf8")) as { rows: { run: string; check: string; state: string }[] };
  const passed = rows
    .filter(({ state }) => state === "pass")
    .map((row) => `${row.run === run ? "own" : "training"} ${row.check}`);
  expect(passed).toEqual(
    expect.arrayContaining([
      "own signature",
      "own key",
      "own result",
      "own model was read",
      "own model was saved",
      "own inherited verdict",
      "training signature",
      "training comparison",
      "training verdict",
    ]),
  );
  expect((await check(JSON.stringify(bundle).replaceAll(twin, "another-engine"))).code).toBe(1);
  expect((await check("{")).code).toBe(2);
}

test("a training run that is killed resumes from its journal and gives the same result", async () => {
  const dataset = await storeRecords(deployment, cohort);
  const [twin = ""] = await createTwins(deployment, cohort);
  const question = {
    capability: "aerospace.train-remaining-life@1",
    subject: { kind: "dataset", id: dataset },
    input: { folds: 2, inducingPoints: 16, every: 20, cutsPerEngine: 4 },
    seed: 5,
  };
  const undisturbed = await ask(deployment, question);

  const begun = await call<Run>(deployment, "POST", "/v1/runs", question, { prefer: "wait=0" });
  expect(begun.state).not.toBe("succeeded");
  for (let watched = begun; watched.progress.fraction < 0.2;)
    watched = await call<Run>(deployment, "GET", `/v1/runs/${begun.id}?wait=0.2`);
  await deployment.kill();
  deployment = await start();

  let run = await call<Run & { attempts: number }>(deployment, "GET", `/v1/runs/${begun.id}?wait=60`);
  while (run.state === "running" || run.state === "queued")
    run = await call(deployment, "GET", `/v1/runs/${begun.id}?wait=60`);
  expect(run.state).toBe("succeeded");
  expect(run.attempts).toBeGreaterThan(1);
  expect(run.resultDigest).toBe(undisturbed.resultDigest);

  const { model } = run.result as { model: string };
  const answer = await remainingLife(deployment, twin, { model });
  expect(answer.result.interval.upper).toBeGreaterThan(answer.result.interval.lower);
  await expectEvidence(answer.run.id, twin);
}, 240_000);
