// The kit once more, over the service bindings of the default deployment: every plugin of the one list.

import { join } from "node:path";
import { manifestOf, type Plugin } from "@eigentwin/core";
import type { Finding } from "@eigentwin/core/conformance";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { readConfig, readWorkers } from "../scripts/wrangler-config.ts";

const root = join(import.meta.dirname, "..");
const { services = [] } = readConfig(join(root, "wrangler.toml")).config;
const plugins = readWorkers(root, "plugins").filter(({ name }) => services.some(({ service }) => service === name));

const workerOf = (name: string, main: string, bound: typeof services = []) => ({
  config: {
    name,
    main: join(root, main),
    compatibility_date: "2026-10-15",
    compatibility_flags: ["nodejs_compat", "enable_abortsignal_rpc"],
    services: bound,
  },
});
const broken = { binding: "PLUGIN_BROKEN", service: "eigentwin-broken" };
const kit = workerOf("eigentwin-conformance", "core/conformance/worker.ts", [...services, broken]);
const configs = plugins.map(({ folder }) => ({ configPath: join(folder, "wrangler.toml") }));
const harness = createTestHarness({
  root,
  workers: [kit, workerOf(broken.service, "core/conformance/broken/worker.ts"), ...configs],
} as Parameters<typeof createTestHarness>[0]);

beforeAll(async () => {
  await harness.listen();
});
afterAll(() => harness.close());

const findingsOf = async (binding: string): Promise<Finding[]> =>
  (await (await harness.fetch(`/${binding}`)).json()) as Finding[];

test("a broken plugin is rejected over its binding, by the same check", async () => {
  const failed = (await findingsOf(broken.binding)).filter(({ state }) => state === "failed");
  expect(failed.map(({ check }) => check)).toEqual(["capability.repeats"]);
});

describe.each(services)("$service", ({ binding, service }) => {
  test("keeps the contract over its binding", async () => {
    const findings = await findingsOf(binding);
    const told = (state: Finding["state"]) =>
      findings.filter((one) => one.state === state).map(({ check, about, detail }) => `${check} (${about}): ${detail}`);
    for (const line of told("skipped")) console.log(`skipped  ${line}`);
    expect(told("failed")).toEqual([]);
    expect(told("passed").length).toBeGreaterThan(10);
  });

  test("shows there the manifest that it has here", async ({ skip }) => {
    const folder = plugins.find(({ name }) => name === service)?.folder ?? "";
    const here = (await import(join(root, folder, "src/plugin.ts"))) as Record<string, Plugin | undefined>;
    const plugin = Object.values(here).find((one) => typeof one?.version === "string");
    if (!plugin) return skip("it is made from WebAssembly, and compares them in a test of its own");
    const there = (await harness.getWorker(service).getExport()) as unknown as { manifest(): Promise<unknown> };
    expect(await there.manifest()).toEqual(await manifestOf(plugin));
  });
});
