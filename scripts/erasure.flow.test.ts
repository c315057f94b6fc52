// Kill -9, again and again, while a twin is being erased: the erasure goes on by itself to its receipt, and then no byte of
// what the twin held is left in any file of the deployment.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { call } from "../examples/engines/client.ts";
import { run as command } from "./command.ts";
import { freePort, startDeployment, type Deployment } from "./deployment.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-erasure-"));
const SECRET = "the weather side of a house that nobody is to find";
const ID = "vane-to-erase";
let deployment: Deployment;
const start = async () => startDeployment({ stateFolder, port: await freePort(8870), say: () => undefined });
const ask = <T>(method: string, path: string, body?: unknown) => call<T>(deployment, method, path, body);

/** Files in which the text stands. */
function filesWith(text: string): string[] {
  return readdirSync(stateFolder, { recursive: true, encoding: "utf8" }).filter((name) => {
    const file = join(stateFolder, name);
    return statSync(file, { throwIfNoEntry: false })?.isFile() && readFileSync(file).includes(text);
  });
}

beforeAll(async () => {
  deployment = await start();
});
afterAll(async () => {
  await deployment.stop();
  rmSync(stateFolder, { recursive: true, force: true });
});

interface Erasure {
  id: string;
  state: string;
  receipt: string;
}

test("an erasure that is killed goes on to its end", async () => {
  // Not among its properties: those of the type stand in the index, whose freed pages nobody can overwrite (consent-and-erasure.md).
  await ask("PUT", `/v1/twins/${ID}`, { type: "reference.vane@1", desired: { place: SECRET } });
  const points = Array.from({ length: 500 }, (_, at) => ({
    stream: "direction",
    observedAt: new Date(Date.UTC(2026, 0, 1) + 60_000 * at).toISOString(),
    value: at % 6,
  }));
  await ask("POST", `/v1/twins/${ID}/points`, { points });
  const { id: run } = await ask<{ id: string }>("POST", "/v1/runs", {
    capability: "reference.mean-direction@1",
    subject: { kind: "twin", id: ID },
  });
  await vi.waitFor(() => expect(filesWith(SECRET).length).toBeGreaterThan(0), { timeout: 10_000 });

  const begun = await ask<Erasure>("POST", `/v1/twins/${ID}/erasure`, { confirm: ID });
  for (const afterMs of [0, 1_500]) {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    await deployment.kill();
    deployment = await start();
    const answer = await fetch(`${deployment.url}/v1/twins/${ID}`, {
      headers: { authorization: `Bearer ${deployment.key}` },
    });
    expect(answer.status).toBe(404);
  }
  const erased = await vi.waitFor(
    async () => {
      const found = await ask<Erasure>("GET", `/v1/erasures/${begun.id}`);
      expect(found.state).toBe("erased");
      return found;
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(erased.receipt).toContain(run);
  expect(await ask("GET", "/v1/audit/verification")).toMatchObject({ holds: true });

  const file = join(stateFolder, "receipt.json");
  writeFileSync(file, JSON.stringify(erased));
  const keys = `${deployment.url}/.well-known/eigentwin-keys.json`;
  expect(await command("node", ["scripts/verify-receipt.ts", file, "--keys", keys])).toMatchObject({ code: 0 });
  writeFileSync(file, JSON.stringify({ ...erased, receipt: erased.receipt.replace(run, "run_other") }));
  expect(await command("node", ["scripts/verify-receipt.ts", file, "--keys", keys])).toMatchObject({ code: 1 });
  rmSync(file);

  // What is in a log of writes goes into its file, or away, when the deployment ends.
  await deployment.stop();
  expect(filesWith(SECRET)).toEqual([]);
}, 240_000);
