// Known vulnerabilities of what is shipped, as the registry knows them. Not every registry can be asked, nor is there always
// a network: then nothing is known, and that is told, never passed over.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";

export type Judgement =
  | { kind: "clean" }
  | { kind: "found"; report: string }
  | { kind: "not-asked"; reason: string }
  /** pnpm ended otherwise: a fault of ours. */
  | { kind: "failed"; output: string };

/** From how pnpm audit ended; it has one exit code for findings and for a registry that does not answer. */
export function judge({ code, output }: { code: number; output: string }): Judgement {
  if (code === 0) return { kind: "clean" };
  if (/^\d+ vulnerabilities found$/m.test(output)) return { kind: "found", report: output.trim() };
  const isNotAsked =
    /ERR_PNPM_AUDIT_(?:BAD_RESPONSE|ENDPOINT_NOT_EXISTS)/.test(output) ||
    /\b(?:ENOTFOUND|EAI_AGAIN|ENOTCACHED|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH)\b/.test(output);
  return isNotAsked ? { kind: "not-asked", reason: inOneLine(output) } : { kind: "failed", output: output.trim() };
}

/** From its code on; without the frame that pnpm draws, and without the address, which is a setting of this machine. */
const inOneLine = (output: string): string =>
  output
    .slice(Math.max(0, output.indexOf("ERR_PNPM_")))
    .replaceAll(/^[\s×│├╰─▶]+/gm, " ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?\(?(?:at )?https?:\/\/[^)]*\)/g, "")
    .trim()
    .slice(0, 300);

export function advisories(): Judgement {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { packageManager: string };
  const pnpm = packageManager.split("+")[0] ?? "pnpm";
  const { status, stdout, stderr, error } = spawnSync(
    "npx",
    ["--yes", pnpm, "audit", "--prod", "--audit-level", "high"],
    { cwd: root, encoding: "utf8", env: { ...process.env, CI: "true" }, shell: process.platform === "win32" },
  );
  return error
    ? { kind: "failed", output: `npx: ${error.message}` }
    : judge({ code: status ?? 1, output: `${stdout}\n${stderr}` });
}
