// A scan over ids that are not there: `npm run test:unknown-ids`. No object may come into being by being asked for.

import { startTestDeployment } from "@eigentwin/gateway/testing/deployment";
import { scanUnknownIds } from "@eigentwin/gateway/testing/unknown-ids";
import { misused, readArguments } from "./arguments.ts";
import { publish } from "./report.ts";

const USAGE = `usage: npm run test:unknown-ids -- [options]

  --count N    how many requests, each with an id of its own (default: 100000)
  --json FILE  the same figures as JSON
  --help`;

const { values } = readArguments(USAGE, {
  options: { count: { type: "string", default: "100000" }, json: { type: "string" }, help: { type: "boolean" } },
});
const count = Number(values.count);
if (!Number.isInteger(count) || count < 1) misused(USAGE, new Error("--count is a whole number"));

const started = performance.now();
const deployment = await startTestDeployment();
const { statuses, made } = await scanUnknownIds(deployment, { count, connections: 16 });
await deployment.stop();
for (const name of made) console.error(`came into being: ${name}`);
const others = [...statuses].filter(([status]) => status !== 404).reduce((sum, [, answers]) => sum + answers, 0);
publish(
  {
    title: `Unknown ids (${((performance.now() - started) / 1000).toFixed(0)} s)`,
    columns: [{ key: "status" }, { key: "answers" }],
    rows: [...statuses].sort(([a], [b]) => a - b).map(([status, answers]) => ({ status, answers })),
    bars: [
      { name: "objects that came into being", value: made.length, atMost: 0 },
      { name: "answers other than 404", value: others, atMost: 0 },
    ],
    notes: ["Twins with their parts, streams, history and consent; runs, erasures, webhooks, datasets and models."],
  },
  { json: values.json },
);
