// What is bound is not yet a plugin: each fault keeps a binding out of the catalogue, is told, and is forgotten once mended.

import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDeployment, type TestDeployment, type TestPlugin } from "../testing/deployment.ts";

const unsound = { service: "unsound-plugins", main: "workers/runs/testing/unsound-plugins.ts" };
const bound = (entrypoint: string): TestPlugin => ({
  binding: `PLUGIN_${entrypoint.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase()}`,
  ...unsound,
  entrypoint,
});

let deployment: TestDeployment;
beforeAll(async () => {
  const faults = ["NextContract", "OtherName", "Misshapen", "NoPlugin", "Silent", "FirstClaim", "SecondClaim"];
  deployment = await startTestDeployment([...faults.map(bound), { binding: "PLUGIN_MENDABLE", ...unsound }]);
  await deployment.refreshCatalogue();
});
afterAll(() => deployment.stop());

async function catalogue() {
  const { body } = await deployment.call("GET", "/v1/plugins");
  const refused = body["refused"] as { binding: string; reason: string; refusedAt: string }[];
  return {
    names: (body["items"] as { name: string }[]).map(({ name }) => name),
    reasons: new Map(refused.map(({ binding, reason }) => [binding, reason])),
  };
}

test("what is no sound plugin is left out and says why; everything else works", async () => {
  const { names, reasons } = await catalogue();
  expect(names).toEqual(["aerospace", "algorithms", "annealer", "first-claim", "reference", "statevector"]);
  const contract =
    "this platform speaks 1: deploy a build of the plugin against @eigentwin/core with contract 1, or upgrade the platform";
  expect(Object.fromEntries(reasons)).toEqual({
    PLUGIN_MENDABLE: `it speaks contract 7, ${contract}`,
    PLUGIN_NEXT_CONTRACT: `it speaks contract 2, ${contract}`,
    PLUGIN_NO_PLUGIN: `it speaks contract undefined, ${contract}`,
    PLUGIN_MISSHAPEN: expect.stringMatching(/^its manifest is not right at \/readers\/0\/mediaTypes: /),
    PLUGIN_OTHER_NAME: expect.stringContaining("it is bound as other-name and calls itself somebody-else"),
    PLUGIN_SECOND_CLAIM: expect.stringContaining("backend shared belongs to first-claim, which is bound before it"),
    PLUGIN_SILENT: expect.stringContaining("it does not answer: Error: it is not well"),
  });
  const vane = await deployment.call("POST", "/v1/twins", { body: { id: "vane-1", type: "reference.vane@1" } });
  expect(vane.status).toBe(201);
});

test("health says that plugins are missing, and to the public no more than that", async () => {
  const { status, body } = await deployment.call("GET", "/healthz", { key: null });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    state: "degraded",
    parts: { plugins: { silent: { state: "down" }, misshapen: { state: "refused" }, reference: { state: "ok" } } },
  });
  expect(JSON.stringify(body)).not.toContain("it is not well");
});

test("one that is mended is in the catalogue, and out again once it is not", async () => {
  const worker = deployment.harness.getWorker(unsound.service);
  const mendable = (await worker.getExport()) as unknown as { setMended(mended: boolean): Promise<void> };
  await mendable.setMended(true);
  await deployment.refreshCatalogue();
  const mended = await catalogue();
  expect(mended.names).toContain("mendable");
  expect(mended.reasons.has("PLUGIN_MENDABLE")).toBe(false);
  await mendable.setMended(false);
  await deployment.refreshCatalogue();
  const broken = await catalogue();
  expect(broken.names).not.toContain("mendable");
  expect(broken.reasons.has("PLUGIN_MENDABLE")).toBe(true);
});
