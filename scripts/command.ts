// Runs one command of the toolchain.

import { spawn } from "node:child_process";
import { join } from "node:path";

/** The repository's root folder. */
export const root = join(import.meta.dirname, "..");

export interface Outcome {
  code: number;
  /** stdout and stderr in order of arrival; empty when shown live. */
  output: string;
  seconds: number;
}

export interface CommandOptions {
  cwd?: string | undefined;
  /** Show the output as it comes instead of collecting it. */
  live?: boolean;
}

/** `tool` is `node` or a name in `node_modules/.bin`. Never rejects: what cannot start ends with code 127. */
export function run(
  tool: string,
  args: readonly string[],
  { cwd = root, live = false }: CommandOptions = {},
): Promise<Outcome> {
  const started = performance.now();
  const isNode = tool === "node";
  const file = isNode ? process.execPath : join(root, "node_modules", ".bin", tool);
  return new Promise((resolve) => {
    let output = "";
    const end = (code: number): void => resolve({ code, output, seconds: (performance.now() - started) / 1000 });
    const child = spawn(file, args, {
      cwd,
      stdio: ["ignore", live ? "inherit" : "pipe", live ? "inherit" : "pipe"],
      shell: process.platform === "win32" && !isNode,
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.on("error", (error) => {
      output += `${tool}: ${error.message}\n`;
      end(127);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}
