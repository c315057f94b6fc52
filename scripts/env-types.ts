// Writes `env.ts` of every Worker: the type of its bindings, as wrangler reads its configuration.
// wrangler declares one global Env, which several Workers in one TypeScript program cannot share, so here it becomes an
// exported interface. A digest in the file tells whether it is fresh, so that `--check` needs no wrangler.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { root, run } from "./command.ts";
import { boundBy, readWorkers, type Worker } from "./wrangler-config.ts";

const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  devDependencies: Record<string, string>;
};
const workers = readWorkers(root, "workers");

/** Only Workers of our own: plugins are reached by the contract, not by their types. */
const boundWorkers = (worker: Worker): Worker[] => workers.filter(({ name }) => boundBy(worker).includes(name));

function digestOf(worker: Worker, body: string): string {
  const parts = [devDependencies["wrangler"], worker.text, ...boundWorkers(worker).map(({ text }) => text), body];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

const heading = (digest: string): string =>
  `// The bindings of wrangler.toml, written by \`npm run generate\`. ${digest}\n\n`;

function isFresh(worker: Worker): boolean {
  const file = join(root, worker.folder, "env.ts");
  if (!existsSync(file)) return false;
  const text = readFileSync(file, "utf8");
  const body = text.slice(text.indexOf("\n\n") + 2);
  return text === heading(digestOf(worker, body)) + body;
}

async function write(worker: Worker): Promise<void> {
  const folder = join(root, worker.folder);
  const draft = join(folder, "env-draft.d.ts");
  const configs = [folder, ...boundWorkers(worker).map((other) => join(root, other.folder))].flatMap((place) => [
    "--config",
    join(relative(folder, place), "wrangler.toml"),
  ]);
  const options = ["--include-runtime", "false", "--strict-vars", "false", "--env-interface", "Env"];
  try {
    const { code, output } = await run("wrangler", ["types", "env-draft.d.ts", ...options, ...configs], {
      cwd: folder,
    });
    const declared =
      code === 0 ? /^interface \w*Env \{\n([\s\S]*?)^\}/m.exec(readFileSync(draft, "utf8"))?.[1] : undefined;
    if (declared === undefined) throw new Error(`wrangler types ${worker.folder}:\n${output}`);
    // An object is reached by the contract that its Worker exports, so its class is no part of the type.
    const bindings = declared
      .replaceAll("\t", "  ")
      .replaceAll(/DurableObjectNamespace<[^>]*>/g, "DurableObjectNamespace");
    const body = `export interface Env {\n${bindings}}\n`;
    writeFileSync(join(folder, "env.ts"), heading(digestOf(worker, body)) + body);
    console.log(`wrote ${worker.folder}/env.ts`);
  } finally {
    rmSync(draft, { force: true });
  }
}

const stale = workers.filter((worker) => !isFresh(worker));
if (!process.argv.includes("--check")) await Promise.all(stale.map(write));
else
  for (const { folder } of stale) {
    console.error(`${folder}/env.ts is stale: run \`npm run generate\``);
    process.exitCode = 1;
  }
