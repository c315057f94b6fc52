import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url).href);
const numbersIn = (text: string): number[] => [...text.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)].map(Number);

test("the first lines of README run as they are written, and print what is written beside them", () => {
  const [, program = ""] =
    /\n## A Bell state[^\n]*\n\n((?: {4}.*\n|\n)+)/.exec(readFileSync(`${folder}README.md`, "utf8")) ?? [];
  const lines = program.split("\n").filter((line) => line.trim());
  expect(lines.length).toBeLessThanOrEqual(10);
  const shown = lines.flatMap((line) => (line.includes("// ") ? numbersIn(line.replace(/^.*\/\/ /, "")) : []));
  expect(shown).toHaveLength(11);
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-"], {
    cwd: folder,
    // One number after another, whatever it is printed within.
    input: `${program.replaceAll("console.log(", "print(")}
      function print(...values) {
        for (const value of values) console.log(JSON.stringify(value, (_, one) => ArrayBuffer.isView(one) ? [...one] : one));
      }`,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  numbersIn(stdout).forEach((value, at) => expect(value).toBeCloseTo(shown[at] ?? Number.NaN, 3));
  expect(numbersIn(stdout)).toHaveLength(shown.length);
});
