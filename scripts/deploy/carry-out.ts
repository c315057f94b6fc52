// Carries out a plan: create, migrate, deploy in order, ask for health. Stops at the first failure; what is done stays done,
// so the next try goes on from there.

import { DeployFailure, type Cloud } from "./cloud.ts";
import type { Outside } from "./outside.ts";
import { writeDatabaseId, type Found, type Wanted } from "./plan.ts";

interface Carrying {
  root: string;
  wanted: Wanted;
  found: Found;
  cloud: Cloud;
  outside: Outside;
  /** Where the deployment will be reached, where that is no address of workers.dev. */
  url: string | undefined;
}

/** A new address takes a while to be known everywhere. */
const HEALTH_TRIES = 20;
const HEALTH_PAUSE_MS = 3_000;

/** The address of the deployment; undefined where it is not known. */
export async function carryOut({ root, wanted, found, cloud, outside, url }: Carrying): Promise<string | undefined> {
  const { say } = outside;
  await giveDatabase({ root, wanted, found, cloud, outside });
  if (!found.hasBucket) {
    say(`creating the bucket ${wanted.bucket}`);
    await cloud.createBucket(wanted.bucket);
  }
  // Before the Workers: a migration only adds, so the Workers of before go on with it.
  const pending = await cloud.pendingMigrations(wanted.database.name);
  if (pending.length > 0) {
    say(`applying ${pending.join(", ")}`);
    await cloud.applyMigrations(wanted.database.name);
  }
  let address = url;
  for (const { name, folder } of wanted.workers) {
    say(`deploying ${name}`);
    address = (await cloud.deploy(folder)) ?? address;
  }
  address = url ?? address;
  if (address !== undefined) await untilHealthy(address, outside);
  return address;
}

async function giveDatabase({ root, wanted, found, cloud, outside }: Omit<Carrying, "url">): Promise<void> {
  const { name, id } = wanted.database;
  if (found.databaseId === undefined) {
    outside.say(`creating the database ${name}`);
    await cloud.createDatabase(name);
  }
  const own = found.databaseId ?? (await cloud.databaseId(name));
  if (own === undefined) throw new DeployFailure(`the database ${name} was created and is not listed: try again`);
  if (own === id) return;
  outside.say(`writing its id ${own} into wrangler.toml, and the files that follow from it`);
  writeDatabaseId(root, id, own);
  const { code, output } = await outside.generate();
  if (code !== 0) throw new DeployFailure(`npm run generate failed:\n${output.trim()}`);
}

async function untilHealthy(address: string, { get, pause, say }: Outside): Promise<void> {
  const url = `${address}/healthz`;
  let last = "nobody answered";
  for (let tries = 0; tries < HEALTH_TRIES; tries++) {
    if (tries > 0) await pause(HEALTH_PAUSE_MS);
    const answer = await get(url);
    if (answer?.status === 200) return say(`${url}: ${answer.text}`);
    if (answer) last = `${answer.status} ${answer.text}`;
  }
  throw new DeployFailure(`${url} is not healthy: ${last}`);
}
