// A barrage of malformed requests against the whole deployment: `npm run test:malformed`.

import { barrage } from "@eigentwin/gateway/testing/barrage";
import { OWN_KEY, startTestDeployment } from "@eigentwin/gateway/testing/deployment";
import { misused, readArguments } from "./arguments.ts";
import { publish } from "./report.ts";

const USAGE = `usage: npm run test:malformed -- [options]

  --count N      how many requests (default: 100000)
  --seed N       of the generator (default: 1)
  --json FILE    the same figures as JSON
  --help`;

const { values } = readArguments(USAGE, {
  options: {
    count: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
const [count, seed] = [Number(values.count), Number(values.seed)];
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed))
  misused(USAGE, new Error("--count and --seed are whole numbers"));

const started = performance.now();
const deployment = await startTestDeployment();
await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
const { statuses, faults, changed } = await barrage(deployment, {
  count,
  seed,
  connections: 16,
  authorization: `Bearer ${OWN_KEY}`,
  onProgress: (sent) => sent % 10_000 === 0 && console.error(`${sent} of ${count} sent`),
});
await deployment.stop();
for (const fault of faults) console.error(fault);
for (const name of changed) console.error(`changed: ${name}`);
publish(
  {
    title: `Malformed requests (seed ${seed}, ${((performance.now() - started) / 1000).toFixed(0)} s)`,
    columns: [{ key: "status" }, { key: "answers" }],
    rows: [...statuses].sort(([a], [b]) => a - b).map(([status, answers]) => ({ status, answers })),
    bars: [
      { name: "faults", value: faults.length, atMost: 0 },
      { name: "changes of state", value: changed.length, atMost: 0 },
    ],
    notes: ["State: every row of the index, every stored body, every object, and each twin's view."],
  },
  { json: values.json },
);
