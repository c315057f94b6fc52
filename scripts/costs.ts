// What a deployment of your own workload would cost a month: `npm run costs`.

import { misused, readArguments } from "./arguments.ts";
import { costTable, EXAMPLE } from "./monthly-costs.ts";

const USAGE = `usage: npm run costs -- [options]

  --twins N               (default: ${EXAMPLE.twins})
  --batches-per-minute N  of each twin (default: ${EXAMPLE.batchesPerMinute})
  --points-per-batch N    (default: ${EXAMPLE.pointsPerBatch})
  --runs-per-day N        of all twins together (default: ${EXAMPLE.runsPerDay})
  --help

Prints the table of docs/deploying.md, which says where the prices come from.`;

const number = { type: "string" } as const;
const { values } = readArguments(USAGE, {
  options: {
    twins: number,
    "batches-per-minute": number,
    "points-per-batch": number,
    "runs-per-day": number,
    help: { type: "boolean" },
  },
});

function numberOf(name: Exclude<keyof typeof values, "help">, usual: number): number {
  const text = values[name];
  const value = text === undefined ? usual : Number(text);
  if (text === "" || !Number.isFinite(value) || value < 0) misused(USAGE, new Error(`--${name} is a number from 0 on`));
  return value;
}

console.log(
  costTable({
    twins: numberOf("twins", EXAMPLE.twins),
    batchesPerMinute: numberOf("batches-per-minute", EXAMPLE.batchesPerMinute),
    pointsPerBatch: numberOf("points-per-batch", EXAMPLE.pointsPerBatch),
    runsPerDay: numberOf("runs-per-day", EXAMPLE.runsPerDay),
  }),
);
