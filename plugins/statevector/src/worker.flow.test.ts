import { fileURLToPath } from "node:url";
import { manifestOf, NO_SECRETS, type Program } from "@eigentwin/core";
import type { ServedPlugin } from "@eigentwin/core/serve";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { statevectorBackend, statevectorPluginInNode } from "./node.ts";
import { ringAnsatz, sumOfZ } from "./testing/workloads.ts";

const configPath = fileURLToPath(new URL("../wrangler.toml", import.meta.url).href);
const server = createTestHarness({ workers: [{ configPath }] });
let worker: ServedPlugin;

beforeAll(async () => {
  await server.listen();
  worker = (await server.getWorker().getExport()) as unknown as ServedPlugin;
});
afterAll(() => server.close());

const circuit = ringAnsatz(6);
const parameters = { rows: 2, values: new Float64Array(0) };

test.each<Program>([
  { kind: "expectation", circuit, parameters, observables: [sumOfZ(6)] },
  { kind: "overlap", circuit, left: parameters, right: parameters },
  { kind: "sample", circuit, parameters, shots: 100, seed: 1 },
])("the Worker answers a program of kind $kind to the bit as Node does", async (program) => {
  const there = await worker.submit("statevector", program, "key", NO_SECRETS);
  expect(there.state).toBe("done");
  expect(there).toEqual(await statevectorBackend().submit(program, "key", NO_SECRETS));
});

test("the Worker shows the manifest that it has in Node", async () => {
  expect(await worker.manifest()).toEqual(await manifestOf(statevectorPluginInNode()));
});

test("the Worker draws under noise as Node does", async () => {
  const program: Program = { kind: "sample", circuit, parameters, shots: 100, seed: 1 };
  const there = await worker.submit("statevector-noisy", program, "key", NO_SECRETS);
  const [, noisy] = statevectorPluginInNode().backends ?? [];
  expect(there.state).toBe("done");
  expect(there).toEqual(await noisy?.submit(program, "key", NO_SECRETS));
});
