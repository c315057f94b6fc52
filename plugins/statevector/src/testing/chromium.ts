// The Chromium that comes as an npm package, unpacked once for each version, and what keeps it from starting if anything.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packed, { inflate } from "@sparticuz/chromium";
import { chromium, type Browser } from "playwright-core";

const cache = fileURLToPath(new URL("../../../../node_modules/.cache", import.meta.url).href);
const from = fileURLToPath(new URL("..", import.meta.resolve("@sparticuz/chromium")).href);

/** A browser, or why there is none here. */
export async function startChromium(): Promise<Browser | string> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return `its package is for Linux on x64, and this is ${process.platform} on ${process.arch}`;
  const folder = await unpacked();
  // Libraries of the system are tried first: those of the package are for machines that lack them.
  const failures: string[] = [];
  for (const env of [process.env, { ...process.env, LD_LIBRARY_PATH: join(folder, "al2023", "lib") }])
    try {
      return await chromium.launch({
        executablePath: join(folder, "chromium"),
        headless: true,
        args: packed.args,
        env: Object.fromEntries(
          Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ),
      });
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  return failures.join("\n");
}

/** Under another name until it is whole: an interrupted test leaves nothing that looks like a browser. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(from, "package.json"), "utf8")) as { version: string };
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const making = mkdtempSync(join(cache, "chromium-"));
  // Its package unpacks into the folder for temporary files.
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = making;
  try {
    await Promise.all([packed.executablePath(), inflate(join(from, "bin", "al2023.tar.br"))]);
    renameSync(making, folder);
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
    rmSync(making, { recursive: true, force: true });
  }
  return folder;
}
