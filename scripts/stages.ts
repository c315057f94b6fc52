// Runs named stages one after another and prints each with its result and time; what a stage said is shown if it failed.

import { run } from "./command.ts";

export interface Stage {
  name: string;
  tool: string;
  args: readonly string[];
  /** The root where not given. */
  cwd?: string;
}

/** Names of the stages that failed. */
export async function runStages(stages: readonly Stage[]): Promise<string[]> {
  const failed: string[] = [];
  const width = Math.max(...stages.map(({ name }) => name.length));
  for (const { name, tool, args, cwd } of stages) {
    const { code, output, seconds } = await run(tool, args, { cwd });
    console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name.padEnd(width)}  ${seconds.toFixed(1)} s`);
    if (code === 0) continue;
    failed.push(name);
    console.log(`\n${output.trimEnd()}\n`);
  }
  return failed;
}
