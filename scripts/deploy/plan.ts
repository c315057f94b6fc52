// What a deployment consists of, by the configurations, and what of it there is already.

import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readConfig, readWorkers, type Worker } from "../wrangler-config.ts";
import { DeployFailure, type Cloud } from "./cloud.ts";
import { deployOrder } from "./order.ts";

/** Stands in the root wrangler.toml until a deployment has a database of its own. */
export const LOCAL_ID = "00000000-0000-4000-8000-000000000001";

export interface Wanted {
  database: { name: string; id: string };
  bucket: string;
  /** In the order of their deployment. */
  workers: readonly Worker[];
  migrations: readonly string[];
}

export interface Found {
  account: string;
  databaseId: string | undefined;
  hasBucket: boolean;
  workers: ReadonlySet<string>;
  pending: readonly string[];
}

/** Every Worker of the platform, and the plugins on the list. */
export function deployedWorkers(root: string): Worker[] {
  const listed = new Set(readConfig(join(root, "wrangler.toml")).config.services?.map(({ service }) => service));
  return [...readWorkers(root, "workers"), ...readWorkers(root, "plugins").filter(({ name }) => listed.has(name))];
}

export function wantedBy(root: string): Wanted {
  const { config } = readConfig(join(root, "wrangler.toml"));
  const [database, bucket] = [config.d1_databases?.[0], config.r2_buckets?.[0]];
  if (!database?.["database_name"] || !database["database_id"] || !bucket?.["bucket_name"])
    throw new DeployFailure("the root wrangler.toml names no database with its id, or no bucket");
  return {
    database: { name: database["database_name"], id: database["database_id"] },
    bucket: bucket["bucket_name"],
    workers: deployOrder(deployedWorkers(root)),
    migrations: globSync("migrations/*.sql", { cwd: root })
      .map((file) => basename(file))
      .sort(),
  };
}

export async function findIn(cloud: Cloud, { database, bucket, workers, migrations }: Wanted): Promise<Found> {
  const account = await cloud.account();
  const databaseId = await cloud.databaseId(database.name);
  if (database.id !== LOCAL_ID && database.id !== databaseId)
    throw new DeployFailure(
      `the root wrangler.toml names the database ${database.id}, and ${account} has ${databaseId ?? "none"} of the name ${database.name}. ` +
        `Sign in to the account that the database is in; to begin anew, put back ${LOCAL_ID}.`,
    );
  const there = new Set<string>();
  for (const { name } of workers) if (await cloud.hasWorker(name)) there.add(name);
  return {
    account,
    databaseId,
    hasBucket: await cloud.hasBucket(bucket),
    workers: there,
    // Only with its id in the configuration does wrangler find a database.
    pending: databaseId === database.id ? await cloud.pendingMigrations(database.name) : migrations,
  };
}

/** Without `found`, nobody was asked. */
export function tellPlan({ database, bucket, workers, migrations }: Wanted, found?: Found): string {
  const state = (isThere: boolean | undefined) =>
    isThere === undefined ? "not asked" : isThere ? "is there" : "will be created";
  const pending = found?.pending ?? migrations;
  return [
    `Account          ${found?.account ?? "not asked"}`,
    `D1 database      ${database.name}: ${state(found && found.databaseId !== undefined)}`,
    `R2 bucket        ${bucket}: ${state(found && found.hasBucket)}`,
    `Migrations       ${pending.join(", ") || "none is new"}${found ? "" : " (those that are not applied yet)"}`,
    "Workers, in this order, each after all that it binds:",
    ...workers.map(({ name, config }, index) => {
      const vars = Object.entries(config.vars ?? {}).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
      const told = vars.length > 0 ? `   vars: ${vars.join(", ")}` : "";
      const isNew = found
        ? found.workers.has(name)
          ? "is there, gets a new version"
          : "will be created"
        : "not asked";
      return `  ${String(index + 1).padStart(2)}. ${name}: ${isNew}${told}`;
    }),
    "Secrets          none to set: the objects of eigentwin-system make their keys themselves",
  ].join("\n");
}

/** Puts the id of the deployment's own database where the composition takes it from. */
export function writeDatabaseId(root: string, from: string, to: string): void {
  const file = join(root, "wrangler.toml");
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(`database_id = "${from}"`, () => `database_id = "${to}"`),
  );
}
