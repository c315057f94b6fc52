// Mints the token that makes an administrator's key, once and within the hour: `npm run setup-token`.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fromHere, readArguments } from "./arguments.ts";
import { root } from "./command.ts";
import { cloudOf } from "./deploy/cloud.ts";
import { outside } from "./deploy/outside.ts";
import { LOCAL_ID, wantedBy } from "./deploy/plan.ts";
import { mintToken } from "./mint-token.ts";

const USAGE = `usage: npm run setup-token -- [options]

  --state FOLDER  of a local deployment (default: .eigentwin/state, that of npm start)
  --remote        for the deployed database, with wrangler's own login
  --help`;

const { values: options } = readArguments(USAGE, {
  options: { state: { type: "string" }, remote: { type: "boolean" }, help: { type: "boolean" } },
});

const stateFolder = options.state === undefined ? join(root, ".eigentwin/state") : fromHere(options.state);
if (!options.remote && !existsSync(stateFolder)) {
  console.error(
    `there is no local deployment in ${stateFolder}: run \`npm start\` once, or name its folder with --state`,
  );
  process.exit(1);
}
try {
  if (options.remote) await mustBeDeployed();
  const { token, expiresAt } = await mintToken(options.remote ? "remote" : { stateFolder });
  console.log(`${token}

Good once, until ${expiresAt}. Exchange it for an administrator's key, which is shown once too:

  curl -s $URL/v1/setup -H 'content-type: application/json' -d '{"token": "${token}", "name": "me"}'

With that key, the first tenant and its first key:

  curl -s $URL/v1/tenants -H "authorization: Bearer $ADMINISTRATOR_KEY" -H 'content-type: application/json' -d '{"id": "my-tenant", "name": "My tenant"}'`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

/** Throws in the words that `npm run deploy` has for it. */
async function mustBeDeployed(): Promise<void> {
  await cloudOf(outside).account();
  if (wantedBy(root).database.id === LOCAL_ID)
    throw new Error(
      "nothing has been deployed from here: `npm run deploy` writes the id of its database into wrangler.toml",
    );
}
