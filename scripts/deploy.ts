// Deploys everything to a Cloudflare account, with its plan shown first: `npm run deploy`. With --dry-run nothing outside
// is touched: it shows the plan, bundles each Worker and weighs the bundles.

import { misused, readArguments } from "./arguments.ts";
import { root } from "./command.ts";
import { weighBundles } from "./deploy/bundles.ts";
import { carryOut } from "./deploy/carry-out.ts";
import { cloudOf, DeployFailure } from "./deploy/cloud.ts";
import { outside } from "./deploy/outside.ts";
import { findIn, tellPlan, wantedBy } from "./deploy/plan.ts";

const USAGE = `usage: npm run deploy -- [options]

  --dry-run      show the plan and bundle each Worker; nothing outside is asked or touched
  --yes          do not ask whether the plan may be carried out
  --url URL      where the deployment is reached, where that is a domain of your own
  --json FILE    with --dry-run: the weights of the bundles as JSON
  --help`;

const { values: options } = readArguments(USAGE, {
  options: {
    "dry-run": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
    url: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
if (options.url !== undefined && !/^https:\/\/[^/?#]+$/.test(options.url))
  misused(USAGE, new Error(`"${options.url}" is no origin: https:// and a host`));

try {
  const wanted = wantedBy(root);
  if (options["dry-run"]) {
    console.log(tellPlan(wanted));
    await weighBundles({ json: options.json });
  } else await deploy(wanted);
} catch (error) {
  if (!(error instanceof DeployFailure)) throw error;
  console.error(`\n${error.message}\n\nWhat is done stays done: npm run deploy goes on from here.`);
  process.exitCode = 1;
}

async function deploy(wanted: ReturnType<typeof wantedBy>): Promise<void> {
  const cloud = cloudOf(outside);
  const found = await findIn(cloud, wanted);
  console.log(`${tellPlan(wanted, found)}\n`);
  if (!options.yes && !(await outside.confirm("Carry this out?"))) {
    console.log("Nothing was changed.");
    return;
  }
  const address = await carryOut({ root, wanted, found, cloud, outside, url: options.url });
  console.log(
    [
      "",
      address === undefined
        ? "Deployed. It has no public address yet: docs/deploying.md, Custom domain; then ask /healthz there."
        : `Deployed: ${address}`,
      "Next:",
      "  npm run setup-token -- --remote   mints the token that makes the first administrator's key",
      "  git diff wrangler.toml            commit the id of the database: the next deployment needs it",
    ].join("\n"),
  );
}
