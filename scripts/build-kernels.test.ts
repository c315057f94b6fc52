import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { root, run } from "./command.ts";

interface Config {
  targets: Record<string, { outFile: string }>;
}

const build = (folder: string, ...flags: string[]) =>
  run("node", [join(root, "scripts/build-kernels.mjs"), folder, ...flags]);

test("a committed .wasm that is not what its sources say is told, whichever of the two was changed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "eigentwin-kernels-"));
  const [source, wasm] = [join(folder, "one.ts"), join(folder, "one.wasm")];
  const config = { entries: ["./one.ts"], targets: { one: { outFile: "./one.wasm" } }, options: { runtime: "stub" } };
  try {
    writeFileSync(join(folder, "asconfig.json"), JSON.stringify(config));
    writeFileSync(source, "export function one(): i32 { return 1; }\n");
    expect(await build(folder)).toMatchObject({ code: 0 });
    expect(await build(folder, "--check")).toMatchObject({ code: 0, output: "./one.wasm is what its sources say\n" });

    const bytes = readFileSync(wasm);
    writeFileSync(wasm, Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]));
    expect(await build(folder, "--check")).toMatchObject({ code: 1, output: expect.stringContaining("is stale") });

    writeFileSync(wasm, bytes);
    writeFileSync(source, "export function one(): i32 { return 2; }\n");
    expect(await build(folder, "--check")).toMatchObject({ code: 1, output: expect.stringContaining("is stale") });

    writeFileSync(source, "export function one(): i32 { return ; }\n");
    expect(await build(folder, "--check")).toMatchObject({ code: 1, output: expect.stringContaining("ERROR") });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every .wasm of the repository is built from sources beside it", () => {
  const built = globSync("{plugins,bench}/*/kernels/asconfig.json", { cwd: root }).flatMap((file) => {
    const { targets } = JSON.parse(readFileSync(join(root, file), "utf8")) as Config;
    return Object.values(targets).map(({ outFile }) => normalize(join(dirname(file), outFile)));
  });
  const there = globSync("{bench,core,examples,migrations,plugins,scripts,workers}/**/*.wasm", {
    cwd: root,
    exclude: (path) => /(^|\/)(node_modules|dist|\.wrangler)(\/|$)/.test(path),
  });
  expect(there.map(normalize).toSorted()).toEqual(built.toSorted());
});
