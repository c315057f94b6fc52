// How much longer the simulator's Worker takes to start than an empty one, in turns: `npm run bench:cold-start`. Fails above
// the bar, and where the kernels weigh more than theirs.

import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parse } from "smol-toml";
import { createTestHarness } from "wrangler";
import { readArguments } from "../../scripts/arguments.ts";
import { root, run } from "../../scripts/command.ts";
import { publish } from "../../scripts/report.ts";
import { median } from "../statevector/compare.ts";
import type { Code } from "./worker.ts";

const USAGE = `usage: npm run bench:cold-start -- [options]

  --times N    of each Worker, in turns (default: 60)
  --json FILE  the same figures as JSON
  --help`;

const { values: options } = readArguments(USAGE, {
  options: { times: { type: "string", default: "60" }, json: { type: "string" }, help: { type: "boolean" } },
});

const PLUGIN = "plugins/statevector";
const MOST_MS = 10;
const MOST_WASM_BYTES = 80_000;
const CONFIG = join(PLUGIN, "wrangler.toml");

type Configured = { compatibility_date: string; compatibility_flags: string[] };
const configured = parse(readFileSync(join(root, CONFIG), "utf8")) as unknown as Configured;

/** Both are configured alike and answer alike: what differs is what is loaded before. */
const workerOf = (modules: Code["modules"], first = ""): Code => ({
  compatibilityDate: configured.compatibility_date,
  // What is experimental a loaded Worker may not have; it says how signals travel and costs nothing at the start.
  compatibilityFlags: configured.compatibility_flags.filter((flag) => flag !== "enable_abortsignal_rpc"),
  mainModule: "first.js",
  modules: { ...modules, "first.js": { js: `${first}export default { fetch: () => new Response("up") };` } },
});

/** What a deployment would upload. */
async function bundle(): Promise<Code["modules"]> {
  const outdir = mkdtempSync(join(tmpdir(), "eigentwin-cold-start-"));
  try {
    const { code, output } = await run("wrangler", ["deploy", "--dry-run", "--outdir", outdir, "--config", CONFIG]);
    if (code !== 0) throw new Error(output);
    const modules = readdirSync(outdir).flatMap((name): [string, Code["modules"][string]][] => {
      const bytes = readFileSync(join(outdir, name));
      if (name.endsWith(".js")) return [[name, { js: bytes.toString() }]];
      return name.endsWith(".wasm") ? [[name, { wasm: new Uint8Array(bytes).buffer }]] : [];
    });
    return Object.fromEntries(modules);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const modules = await bundle();
const server = createTestHarness({ workers: [{ configPath: join(import.meta.dirname, "wrangler.toml") }] });
await server.listen();
const starter = (await server.getWorker().getExport()) as unknown as {
  know(name: string, code: Code): Promise<void>;
  start(name: string): Promise<string>;
};
await starter.know("empty", workerOf({}));
await starter.know("statevector", workerOf(modules, `import "./worker.js";\n`));

const NAMES = ["empty", "statevector"] as const;
const times = { empty: [] as number[], statevector: [] as number[] };
for (let time = -3; time < Number(options.times); time++)
  for (const name of time % 2 ? NAMES : NAMES.toReversed()) {
    const before = performance.now();
    if ((await starter.start(name)) !== "up") throw new Error(`the Worker ${name} did not come up`);
    // The first of all find nothing in any cache.
    if (time >= 0) times[name].push(performance.now() - before);
  }
await server.close();

const kernels = globSync("kernels/*.wasm", { cwd: join(root, PLUGIN) }).map((file) =>
  readFileSync(join(root, PLUGIN, file)),
);
const differences = times.statevector.map((ms, index) => ms - (times.empty[index] ?? Number.NaN));
const rows = NAMES.map((name) => ({ name, ms: median(times[name]), starts: times[name].length }));
publish(
  {
    title: "Cold start of the simulator's Worker",
    columns: [
      { key: "name", title: "Worker" },
      { key: "ms", title: "ms to the first answer", digits: 2 },
      { key: "starts" },
    ],
    rows,
    bars: [
      { name: "ms above an empty Worker, median of pairs", value: median(differences), atMost: MOST_MS },
      {
        name: "all kernels, gzipped bytes",
        value: kernels.reduce((sum, file) => sum + gzipSync(file).length, 0),
        atMost: MOST_WASM_BYTES,
      },
    ],
  },
  { json: options.json },
);
