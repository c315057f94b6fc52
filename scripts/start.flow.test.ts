// `npm start` over a state whose demo is gone: the deployment is up all the same, and its end is told.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { root } from "./command.ts";
import { demoFile } from "./demo-tenant.ts";
import { freePort } from "./deployment.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-start-test-"));
const started: ChildProcess[] = [];
afterAll(() => {
  for (const one of started) one.kill("SIGTERM");
  rmSync(stateFolder, { recursive: true, force: true });
});

async function start(...more: string[]) {
  const port = await freePort(8860);
  const args = ["scripts/start.ts", "--state", stateFolder, "--port", String(port), ...more];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { url: `http://127.0.0.1:${port}`, output: () => output, ended };
}

const wait = { timeout: 120_000, interval: 200 };
const upAt = (url: string) => expect.stringContaining(`Eigentwin is up at ${url}`);
const killWorkers = () =>
  process.kill((JSON.parse(readFileSync(join(stateFolder, "lock.json"), "utf8")) as { pid: number }).pid, "SIGKILL");

test("an empty deployment has an administrator and no tenant; when its Workers are killed, that is said", async () => {
  const { url, output, ended } = await start("--no-demo");
  await expect.poll(output, wait).toEqual(upAt(url));
  const key = readFileSync(join(stateFolder, "administrator-key"), "utf8");
  const answer = await fetch(`${url}/v1/tenants`, { headers: { authorization: `Bearer ${key}` } });
  expect(await answer.json()).toEqual({ items: [], next: null });
  expect(output()).toContain(`npm run setup-token -- --state ${stateFolder}`);
  killWorkers();
  expect(await ended).toBe(1);
  expect(output()).toContain("the Workers ended (signal 9); npm start goes on from here");
}, 240_000);

test("with a demo key that lets nobody in it is up and says how to get one; with --once it fails", async () => {
  writeFileSync(demoFile(stateFolder), "et_revoked");
  const once = await start("--once");
  expect(await once.ended).toBe(1);
  expect(once.output()).toContain("The demo gave no answer: the demo key in");
  const { url, output, ended } = await start();
  await expect.poll(output, wait).toEqual(upAt(url));
  expect(output()).toMatch(/The demo is left out[^]*administrator's key is in/);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  killWorkers();
  await ended;
}, 240_000);
