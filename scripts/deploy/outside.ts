// All that a deployment asks of the world outside the repository, behind one small interface.

import { createInterface } from "node:readline/promises";
import { root, run } from "../command.ts";

export interface Outside {
  /** Runs wrangler; `code` is 0 where it succeeded. */
  wrangler(args: readonly string[]): Promise<{ code: number; output: string }>;
  /** Writes the files that follow from the root wrangler.toml. */
  generate(): Promise<{ code: number; output: string }>;
  /** Status and text of a GET; undefined where nobody answers. */
  get(url: string): Promise<{ status: number; text: string } | undefined>;
  pause(ms: number): Promise<void>;
  /** False where the answer is not yes. */
  confirm(question: string): Promise<boolean>;
  say(line: string): void;
}

const GET_MS = 10_000;

export const outside: Outside = {
  wrangler: (args) => run("wrangler", args),
  generate: () => run("node", ["scripts/generate.ts"], { cwd: root }),
  get: (url) =>
    fetch(url, { signal: AbortSignal.timeout(GET_MS) }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => undefined,
    ),
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  async confirm(question) {
    if (!process.stdin.isTTY) {
      console.error("There is no terminal to confirm the plan: read it, then say --yes.");
      return false;
    }
    const lines = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } finally {
      lines.close();
    }
  },
  say: (line) => console.log(line),
};
