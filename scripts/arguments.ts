// Arguments of a script: what is wrong with them is one line and the usage, never a stack trace.

import { resolve } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";

/** Prints the usage for --help and ends; ends with code 2 where an argument is not known. */
export function readArguments<const Config extends ParseArgsConfig>(usage: string, config: Config) {
  try {
    const parsed = parseArgs(config);
    if ("help" in parsed.values && parsed.values.help === true) {
      console.log(usage);
      process.exit(0);
    }
    return parsed;
  } catch (error) {
    return misused(usage, error);
  }
}

export function misused(usage: string, error: unknown): never {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(2);
}

/** A path as the user means it: from the folder where npm was called. */
export const fromHere = (path: string): string => resolve(process.env["INIT_CWD"] ?? process.cwd(), path);
