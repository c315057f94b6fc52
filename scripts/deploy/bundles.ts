// Bundles every Worker as a deployment would, without deploying, and weighs the bundles.

import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { root, run } from "../command.ts";
import { publish } from "../report.ts";
import { readWorkers } from "../wrangler-config.ts";

/** The gateway answers every request: what it weighs is start-up time for all. */
const GATEWAY = "workers/gateway";
const GATEWAY_AT_MOST_BYTES = 250_000;

interface Bundle {
  worker: string;
  bytes: number;
  gzippedBytes: number;
  failure?: string;
}

/** What would be uploaded: scripts and WebAssembly, neither source maps nor wrangler's note. */
function weigh(folder: string): Pick<Bundle, "bytes" | "gzippedBytes"> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".map") && entry.name !== "README.md")
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  return {
    bytes: files.reduce((sum, file) => sum + file.length, 0),
    gzippedBytes: files.reduce((sum, file) => sum + gzipSync(file).length, 0),
  };
}

async function bundle(worker: string): Promise<Bundle> {
  const outdir = mkdtempSync(join(tmpdir(), `eigentwin-${basename(worker)}-`));
  try {
    const config = join(worker, "wrangler.toml");
    const { code, output } = await run("wrangler", ["deploy", "--dry-run", "--outdir", outdir, "--config", config]);
    if (code !== 0 || !existsSync(outdir)) return { worker, bytes: 0, gzippedBytes: 0, failure: output };
    return { worker, ...weigh(outdir) };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Every Worker of the repository, also a plugin that the list does not name. Fails the process where a bar does not hold. */
export async function weighBundles({ json }: { json: string | undefined }): Promise<void> {
  const waiting = (["workers", "plugins"] as const)
    .flatMap((kind) => readWorkers(root, kind))
    .map(({ folder }) => folder);
  const bundles: Bundle[] = [];
  async function takeNext(): Promise<void> {
    for (let worker = waiting.shift(); worker; worker = waiting.shift()) bundles.push(await bundle(worker));
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, takeNext));
  for (const { worker, failure } of bundles) if (failure) console.error(`\n${worker} failed:\n${failure}`);
  const gateway = bundles.find(({ worker }) => worker === GATEWAY);
  publish(
    {
      title: "Bundles (wrangler deploy --dry-run)",
      columns: [
        { key: "worker", title: "Worker" },
        { key: "bytes" },
        { key: "gzippedBytes", title: "gzipped bytes" },
        { key: "result" },
      ],
      rows: bundles
        .sort((a, b) => a.worker.localeCompare(b.worker))
        .map(({ failure, ...facts }) => ({ ...facts, result: failure ? "failed" : "ok" })),
      bars: [
        { name: "Workers that failed", value: bundles.filter(({ failure }) => failure).length, atMost: 0 },
        { name: "gateway, gzipped bytes", value: gateway?.gzippedBytes ?? Number.NaN, atMost: GATEWAY_AT_MOST_BYTES },
      ],
    },
    { json },
  );
}
