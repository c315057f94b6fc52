import { fileURLToPath } from "node:url";
import { annealProblem, manifestOf, NO_SECRETS, type Program } from "@eigentwin/core";
import type { ServedPlugin } from "@eigentwin/core/serve";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestHarness } from "wrangler";
import { METHODS } from "./methods.ts";
import { annealerPluginInNode } from "./node.ts";

const configPath = fileURLToPath(new URL("../wrangler.toml", import.meta.url).href);
const server = createTestHarness({ workers: [{ configPath }] });
let worker: ServedPlugin;

beforeAll(async () => {
  await server.listen();
  worker = (await server.getWorker().getExport()) as unknown as ServedPlugin;
});
afterAll(() => server.close());

const problem = annealProblem({
  vartype: "binary",
  linear: Array.from({ length: 30 }, (_, i) => Math.sin(i)),
  couplings: Array.from(
    { length: 90 },
    (_, k) => [k % 30, (k * 7 + 1 + Math.floor(k / 30)) % 30, Math.cos(k)] as const,
  ).filter(([i, j]) => i !== j),
});
const program: Program = { kind: "anneal", problem, reads: 20, seed: 5, options: { sweeps: 50 } };

test.each(METHODS)("the Worker answers $name to the bit as Node does", async ({ name }) => {
  const there = await worker.submit(name, program, "key", NO_SECRETS);
  expect(there.state).toBe("done");
  const here = (annealerPluginInNode().backends ?? []).find((_, index) => METHODS[index]?.name === name);
  expect(there).toEqual(await here?.submit(program, "key", NO_SECRETS));
});

test("the Worker shows the manifest that it has in Node", async () => {
  expect(await worker.manifest()).toEqual(await manifestOf(annealerPluginInNode()));
});
