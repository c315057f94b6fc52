// Is anything lost when the power goes? kill -9 again and again, under writers and subscribers: `npm run test:crash`.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { misused, readArguments } from "./arguments.ts";
import { crash } from "./crash/rounds.ts";
import { quantile } from "./quantile.ts";
import { publish } from "./report.ts";

const USAGE = `usage: npm run test:crash -- [options]

  --rounds N   how often everything is killed and started anew (default: 100)
  --seed N     of the times of killing and of what is written (default: another one each time; it is printed)
  --json FILE  the same figures as JSON
  --help`;

const { values } = readArguments(USAGE, {
  options: {
    rounds: { type: "string", default: "100" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed))
  misused(USAGE, new Error("--rounds and --seed are whole numbers"));

const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-crash-"));
const report = await crash({ rounds, seed, stateFolder, after: [2, 15], say: (line) => console.error(line) }).finally(
  () => rmSync(stateFolder, { recursive: true, force: true }),
);
for (const line of [...report.lost, ...report.torn].slice(0, 20)) console.error(line);

const total = (of: "skipped" | "outOfOrder" | "gaps") => report.subscribers.reduce((sum, one) => sum + one[of], 0);
publish(
  {
    title: `${rounds} rounds of kill -9, 2 to 15 s after the start, seed ${seed}`,
    columns: [
      { key: "name", title: "subscriber" },
      { key: "events" },
      { key: "repeated" },
      { key: "skipped" },
      { key: "outOfOrder", title: "out of order" },
      { key: "caughtUp", title: "caught up" },
      { key: "p50", title: "after p50 s", digits: 1 },
      { key: "most", title: "at most s", digits: 1 },
    ],
    rows: report.subscribers.map(({ caughtUpMs, ...one }) => ({
      ...one,
      caughtUp: caughtUpMs.length,
      p50: quantile(caughtUpMs, 0.5) / 1000,
      most: quantile(caughtUpMs, 1) / 1000,
    })),
    bars: [
      { name: "acknowledged writes that are lost", value: report.lost.length, atMost: 0 },
      { name: "batches that are there in part", value: report.torn.length, atMost: 0 },
      { name: "events skipped", value: total("skipped"), atMost: 0 },
      { name: "events out of their twin's order", value: total("outOfOrder"), atMost: 0 },
      { name: "gaps told", value: total("gaps"), atMost: 0 },
      {
        name: "rounds after which every subscriber caught up",
        value: Math.min(...report.subscribers.map(({ caughtUpMs }) => caughtUpMs.length)),
        atLeast: rounds,
      },
    ],
    notes: [
      `${report.acknowledged} writes acknowledged (${report.points} points among them), ${report.unanswered} without an answer.`,
      "4 twins, each with a writer of its properties and one of its points; two writers of webhooks; all at once.",
    ],
  },
  { json: values.json },
);
process.exit();
