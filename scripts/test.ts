// Everything that must hold before a change goes in: `npm test`. With file filters only the tests that they name.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "./arguments.ts";
import { audit, type Tally } from "./audit/audit.ts";
import { root, run } from "./command.ts";

/** The part of vitest's JSON report that is read here. */
interface TestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** A stage that either holds or does not counts as one test. */
async function script(name: string, args: readonly string[] = []): Promise<Tally> {
  const { code } = await run("node", [`scripts/${name}.ts`, ...args], { live: true });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

/** The main job, on a state of its own: from nothing to an answer, which is the one that README shows. */
async function startOnce(): Promise<Tally> {
  const state = mkdtempSync(join(tmpdir(), "eigentwin-start-"));
  try {
    const { code, output } = await run("node", ["scripts/start.ts", "--once", "--state", state]);
    console.log(output.trimEnd());
    const isShown = withoutDigests(output).includes(withoutDigests(shownInReadme()));
    if (!isShown) console.log("\nREADME shows another answer than this one: bring it up to date");
    return { passed: Number(code === 0) + Number(isShown), failed: Number(code !== 0) + Number(!isShown), skipped: 0 };
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
}

/** The indented block of README that begins with the demo engine. */
function shownInReadme(): string {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  return /^ {4}demo-engine-1 [^]*?(?=\n\S)/m.exec(readme)?.[0] ?? "README shows no answer";
}

/** Words alone: digests and ids differ from run to run, line breaks from page to page. */
const withoutDigests = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/sha256:/.test(line))
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();

/** A file that does not load, or an error outside any test, counts as one failed test: neither is in vitest's sums. */
async function vitest(args: readonly string[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "eigentwin-test-"));
  const file = join(folder, "report.json");
  try {
    const { code } = await run(
      "vitest",
      ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${file}`, ...args],
      { live: true },
    );
    if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
    const report = JSON.parse(readFileSync(file, "utf8")) as TestReport;
    const unloaded = report.testResults.filter(
      ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
    ).length;
    const failed = report.numFailedTests + unloaded;
    const unexplained = failed === 0 && (code !== 0 || !report.success) ? 1 : 0;
    return {
      passed: report.numPassedTests,
      failed: failed + unexplained,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const USAGE = `usage: npm test -- [FILTER…]

  FILTER  a part of a test file's path: only these tests run. Without one, every stage: check, audit, tests, dry-run,
          start, outside-author
  --help`;

const { positionals: filters } = readArguments(USAGE, {
  allowPositionals: true,
  options: { help: { type: "boolean" } },
});

const stages: readonly [name: string, run: () => Promise<Tally>][] = [
  ["check", () => script("check")],
  ["audit", async () => audit()],
  ["tests", () => vitest(filters)],
  ["dry-run", () => script("deploy", ["--dry-run"])],
  ["start", startOnce],
  ["outside-author", () => script("outside-author")],
];

const total: Tally = { passed: 0, failed: 0, skipped: 0 };
for (const [name, runStage] of stages) {
  if (filters.length > 0 && name !== "tests") continue;
  console.log(`\n== ${name}`);
  const { passed, failed, skipped } = await runStage();
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
if (total.failed > 0) process.exitCode = 1;
