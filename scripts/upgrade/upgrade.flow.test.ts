// What an earlier schema has written works after an upgrade: its state folder is unpacked, this deployment is started on it,
// and every question of then has the answer of then.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, call, type Run } from "../../examples/engines/client.ts";
import { freePort, startDeployment, type Deployment } from "../deployment.ts";
import { crawl, type Answers } from "./crawl.ts";
import { remainingLife } from "./fill.ts";
import { landedNames, readLanded, unpackState } from "./landed.ts";

interface Listed {
  items: { id: string }[];
}

const isList = (path: string) => path.includes("?limit=");
const isEvidence = (path: string) => path.endsWith("/evidence");
const itemsOf = (answers: Answers) =>
  Object.entries(answers)
    .filter(([path]) => isList(path))
    .flatMap(([, { text }]) => (JSON.parse(text) as Listed).items);

/** Results repeat to the bit only within one version of the plugins: a newer simulator rounds differently. */
const nearly = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, one: unknown) =>
    typeof one === "number" && one !== 0 ? expect.closeTo(one, 9 - Math.log10(Math.abs(one))) : one,
  ) as unknown;

describe.each(landedNames())("the schema that landed as %s", (name) => {
  const landed = readLanded(name);
  const { filled, underWay, key } = landed;
  const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-upgrade-"));
  let deployment: Deployment;
  let ended: Run;
  let now: Answers;

  beforeAll(async () => {
    unpackState(stateFolder, landed);
    deployment = await startDeployment({ stateFolder, port: await freePort(8950), say: () => undefined });
    ended = await call<Run>(deployment, "GET", `/v1/runs/${underWay}?wait=60`);
    now = await crawl(deployment, [filled.beforeCorrections, filled.afterCorrections]);
  });
  afterAll(async () => {
    await deployment?.stop();
    rmSync(stateFolder, { recursive: true, force: true });
  });

  test("its key is good, and no other", async () => {
    expect(deployment.key).toBe(key);
    const answer = await fetch(`${deployment.url}/v1/twins`, { headers: { authorization: `Bearer ${key}x` } });
    expect(answer.status).toBe(401);
  });

  test("every twin, stream, run, dataset and model answers as before; members may have been added", () => {
    const asked = Object.keys(landed.answers).filter((path) => !isList(path) && !isEvidence(path));
    expect(asked.length).toBeGreaterThan(100);
    for (const path of asked) {
      const [before, after] = [landed.answers[path], now[path]];
      expect(after?.status, path).toBe(before?.status);
      expect(JSON.parse(after?.text ?? "null"), path).toMatchObject(JSON.parse(before?.text ?? ""));
    }
  });

  test("every list still names what it named", () => {
    const listed = new Map(itemsOf(now).map((item) => [item.id, item]));
    for (const item of itemsOf(landed.answers)) expect(listed.get(item.id)).toMatchObject(item);
  });

  test("evidence is the same to the byte", () => {
    const evidence = Object.keys(landed.answers).filter(isEvidence);
    expect(evidence.length).toBeGreaterThan(4);
    for (const path of evidence) expect(now[path]).toEqual(landed.answers[path]);
  });

  test("the run that was killed goes on to its end, or says that its plugin has changed", async () => {
    const { items } = await call<{ items: { name: string; version: string }[] }>(deployment, "GET", "/v1/plugins");
    const [then, today] = [
      ended as Run & { plugin: { version: string } },
      items.find((one) => one.name === "aerospace"),
    ];
    if (then.plugin.version === today?.version) expect(ended).toMatchObject({ state: "succeeded", attempts: 2 });
    else expect(ended).toMatchObject({ state: "failed", failure: { code: "run.plugin-changed" } });
  });

  test("an old model answers a new question, and an old twin takes new points", async () => {
    const { engine, model } = filled;
    const question = remainingLife(engine, model);
    const before = Object.values(landed.answers)
      .map(({ text }) => JSON.parse(text) as Run & typeof question)
      .find(({ capability, state }) => capability === question.capability && state === "succeeded");
    expect((await ask(deployment, question)).result).toEqual(nearly(before?.result));
    const points = [{ stream: "direction", observedAt: "2026-02-01T00:00:00Z", value: 1 }];
    const receipt = await call(deployment, "POST", "/v1/twins/vane-1/points", { points });
    expect(receipt).toEqual({ accepted: 1, unchanged: 0, corrected: 0 });
  });
});
