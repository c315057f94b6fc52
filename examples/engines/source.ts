// A C-MAPSS folder: training parts joined in name order, the test file, and the true remaining lives, opened last.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TextFile } from "./client.ts";

export interface FleetSource {
  /** `FD001`, or `demo` for the synthetic cohort. */
  set: string;
  synthetic: boolean;
  train: TextFile[];
  test: TextFile[];
  /** True remaining cycles of each test engine, in order: read only when asked for. */
  remainingLives(): number[];
}

/** Throws with what is missing and where. `wanted` is needed where the folder holds more than one set. */
export function openFolder(folder: string, wanted?: string): FleetSource {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new Error(`there is no folder ${folder}; name one with train_FD00x*.txt, test_FD00x.txt and RUL_FD00x.txt`);
  const names = readdirSync(folder).sort();
  const sets = [...new Set(names.flatMap((name) => /^train_(FD\d{3})/.exec(name)?.[1] ?? []))];
  if (sets.length === 0) throw new Error(`${folder} holds no file train_FD00x*.txt`);
  const set = wanted ?? sets[0] ?? "";
  if (wanted === undefined && sets.length > 1)
    throw new Error(`${folder} holds ${sets.join(", ")}: choose one with --set`);
  if (!sets.includes(set)) throw new Error(`${folder} holds ${sets.join(", ")}, not ${set}`);
  const textOf = (name: string): string => {
    const file = join(folder, name);
    if (!existsSync(file)) throw new Error(`${folder} holds no file ${name}`);
    return readFileSync(file, "utf8");
  };
  return {
    set,
    synthetic: false,
    train: names.filter((name) => name.startsWith(`train_${set}`)).map((name) => ({ name, text: textOf(name) })),
    test: [{ name: `test_${set}.txt`, text: textOf(`test_${set}.txt`) }],
    remainingLives: () => parseLives(textOf(`RUL_${set}.txt`)),
  };
}

export const parseLives = (text: string): number[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map(Number);
