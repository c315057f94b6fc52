// What there is in the account, and what makes it, in wrangler's words. Its JSON is read where it has any.

import type { Outside } from "./outside.ts";

export class DeployFailure extends Error {}

const NOT_THERE = /\[code: (?:10006|10007)\]/;
const MIGRATION = /\d{4}_[\w-]+\.sql/g;
const URL_OF_WORKER = /https:\/\/[\w.-]+\.workers\.dev/;

export interface Cloud {
  /** The account that the credentials are for; fails where there is not exactly one to choose. */
  account(): Promise<string>;
  databaseId(name: string): Promise<string | undefined>;
  createDatabase(name: string): Promise<void>;
  hasBucket(name: string): Promise<boolean>;
  createBucket(name: string): Promise<void>;
  hasWorker(name: string): Promise<boolean>;
  pendingMigrations(database: string): Promise<string[]>;
  applyMigrations(database: string): Promise<void>;
  /** The address where it is public, by wrangler's answer. */
  deploy(folder: string): Promise<string | undefined>;
}

export function cloudOf({ wrangler }: Pick<Outside, "wrangler">): Cloud {
  async function must(...args: string[]): Promise<string> {
    const { code, output } = await wrangler(args);
    if (code !== 0) throw new DeployFailure(`wrangler ${args.join(" ")} failed:\n${output.trim()}`);
    return output;
  }
  /** Whether a question is answered; "not there" is an answer, anything else a failure. */
  async function isThere(...args: string[]): Promise<boolean> {
    const { code, output } = await wrangler(args);
    if (code === 0) return true;
    if (NOT_THERE.test(output)) return false;
    throw new DeployFailure(`wrangler ${args.join(" ")} failed:\n${output.trim()}`);
  }
  return {
    async account() {
      const { output } = await wrangler(["whoami", "--json"]);
      const { loggedIn, accounts = [] } = json<{ loggedIn: boolean; accounts?: { id: string; name: string }[] }>(
        output,
      );
      if (!loggedIn)
        throw new DeployFailure(
          "wrangler is not signed in: set CLOUDFLARE_API_TOKEN (docs/deploying.md says which permissions it needs), or run `npx wrangler login`",
        );
      const wanted = process.env["CLOUDFLARE_ACCOUNT_ID"];
      const chosen = accounts.filter(({ id }) => wanted === undefined || id === wanted);
      const [account] = chosen;
      if (!account || chosen.length > 1)
        throw new DeployFailure(
          `set CLOUDFLARE_ACCOUNT_ID to one of: ${accounts.map(({ id, name }) => `${id} (${name})`).join(", ") || "none"}`,
        );
      return `${account.name} (${account.id})`;
    },
    async databaseId(name) {
      const databases = json<{ name: string; uuid: string }[]>(await must("d1", "list", "--json"));
      return databases.find((database) => database.name === name)?.uuid;
    },
    createDatabase: async (name) => void (await must("d1", "create", name)),
    hasBucket: (name) => isThere("r2", "bucket", "info", name, "--json"),
    createBucket: async (name) => void (await must("r2", "bucket", "create", name)),
    hasWorker: (name) => isThere("deployments", "list", "--name", name, "--json"),
    async pendingMigrations(database) {
      return [...new Set((await must("d1", "migrations", "list", database, "--remote")).match(MIGRATION))];
    },
    applyMigrations: async (database) => void (await must("d1", "migrations", "apply", database, "--remote")),
    deploy: async (folder) => URL_OF_WORKER.exec(await must("deploy", "--config", `${folder}/wrangler.toml`))?.[0],
  };
}

/** From the first line that begins a value: a warning may stand before it. */
function json<T>(output: string): T {
  const from = output.search(/^[[{]/m);
  try {
    return JSON.parse(output.slice(Math.max(0, from))) as T;
  } catch (error) {
    throw new DeployFailure(`wrangler did not answer as JSON:\n${output.trim()}`, { cause: error });
  }
}
