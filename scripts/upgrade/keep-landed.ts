// Keeps what a landed commit writes, so that every later one can be held against it: starts that commit's deployment from
// its checkout, fills it, asks everything, kills it in the middle of a run and packs its state folder.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fromHere, misused, readArguments } from "../arguments.ts";
import type * as deployments from "../deployment.ts";
import { crawl, untilListed } from "./crawl.ts";
import { fill, leaveUnderWay } from "./fill.ts";
import { packState, writeLanded } from "./landed.ts";

const USAGE = `usage: node scripts/bootstrap.mjs scripts/upgrade/keep-landed.ts -- CHECKOUT NAME

  CHECKOUT  folder of the landed commit, installed: git worktree add CHECKOUT COMMIT
  NAME      four digits, one more than the newest of scripts/upgrade/landed
  --help`;

const { positionals } = readArguments(USAGE, { allowPositionals: true, options: { help: { type: "boolean" } } });
const [checkout = "", name = ""] = positionals;
if (!/^\d{4}$/.test(name)) misused(USAGE, new Error(`"${name}" is no name of four digits`));

const folder = fromHere(checkout);
const { startDeployment, freePort } = (await import(
  pathToFileURL(join(folder, "scripts/deployment.ts")).href
)) as typeof deployments;
const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-landed-"));
const deployment = await startDeployment({ stateFolder, port: await freePort(8900), say: console.log });
try {
  const filled = await fill(deployment);
  await untilListed(deployment);
  const answers = await crawl(deployment, [filled.beforeCorrections, filled.afterCorrections]);
  const underWay = await leaveUnderWay(deployment, filled.dataset);
  await deployment.kill();
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { cwd: folder, encoding: "utf8" }).trim();
  writeLanded(name, { commit, key: deployment.key, filled, underWay, answers, ...packState(stateFolder) });
} finally {
  await deployment.stop();
  rmSync(stateFolder, { recursive: true, force: true });
}
process.exit(0);
