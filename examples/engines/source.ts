// A C-MAPSS folder: training parts joined in name order, the test file, and the true remaining lives, opened last.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { TextFile } from "./client.ts";

export interface CohortSource {
  /** `FD001`, or `demo` for the synthetic cohort. */
  set: string;
  synthetic: boolean;
  train: TextFile[];
  test: TextFile[];
  /** True remaining cycles of each test engine, in order: read only when asked for. */
  remainingLives(): number[];
}

/** Throws with what is missing and where. `wanted` is needed where the folder holds more than one set. */
export function openFolder(folder: string, wanted?: string): CohortSource {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new Error(`there is no folder ${folder}; name one with train_FD00x*.txt, test_FD00x.txt and RUL_FD00x.txt`);
  const names = readdirSync(folder).sort();
  const sets = [...new Set(names.flatMap((name) => /^train_(FD\d{3})/.exec(name)?.[1] ?? []))];
  if (sets.length === 0) throw new Error(`${folder} holds no file train_FD00x*.txt`);
  const set = wanted ?? sets[0] ?? "";
  if (wanted === undefined && sets.length > 1)
    throw new Error(`${folder} holds ${sets.join(", ")}: choose one with --set`);
  if (!sets.includes(set)) throw new Error(`${folder} holds ${sets.join(", ")}, not ${set}`);
  const test = `test_${set}.txt`;
  const lives = `RUL_${set}.txt`;
  for (const name of [test, lives]) if (!names.includes(name)) throw new Error(`${folder} holds no file ${name}`);
  const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    set,
    synthetic: false,
    train: names.filter((name) => name.startsWith(`train_${set}`)).map((name) => ({ name, text: textOf(name) })),
    test: [{ name: test, text: textOf(test) }],
    remainingLives: () => parseLives(textOf(lives), lives),
  };
}

/** One whole number a line; blank lines are passed over. */
export function parseLives(text: string, file = "remaining lives"): number[] {
  const lives: number[] = [];
  text.split("\n").forEach((line, index) => {
    const word = line.trim();
    if (word !== "" && !/^\d+$/.test(word))
      throw new Error(`${file} line ${index + 1}: "${word}" is no number of cycles`);
    if (word !== "") lives.push(Number(word));
  });
  return lives;
}
