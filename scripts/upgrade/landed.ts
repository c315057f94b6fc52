// The state folder of a deployment of an earlier schema, kept as one file: databases as SQL text, the rest as base64.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Answers } from "./crawl.ts";
import type { Filled } from "./fill.ts";
import { dumpSql, loadSql } from "./sql-text.ts";

export interface Landed {
  /** The commit whose deployment wrote it. */
  commit: string;
  key: string;
  filled: Filled;
  /** The run that was going on when the process was killed. */
  underWay: string;
  /** What every GET answered then. */
  answers: Answers;
  /** By path in the state folder. */
  databases: Record<string, string[]>;
  files: Record<string, string>;
}

export const landedFolder = join(import.meta.dirname, "landed");

/** `0001`, `0002`, ...: one for each schema that has landed. */
export const landedNames = (): string[] =>
  readdirSync(landedFolder)
    .filter((name) => name.endsWith(".json.gz"))
    .map((name) => name.slice(0, 4))
    .sort();

const fileOf = (name: string) => join(landedFolder, `${name}.json.gz`);

export const readLanded = (name: string): Landed =>
  JSON.parse(gunzipSync(readFileSync(fileOf(name))).toString()) as Landed;

export const writeLanded = (name: string, landed: Landed): void =>
  writeFileSync(fileOf(name), gzipSync(JSON.stringify(landed, null, 1), { level: 9 }));

/** The rest of the folder are caches and locks. */
const KEPT = /^(?:demo-key|v3\/(?:d1|do|r2)\/.+)$/;

export function packState(folder: string): Pick<Landed, "databases" | "files"> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter((path) => KEPT.test(path))
    .sort();
  const databases = paths.filter((path) => path.endsWith(".sqlite"));
  const files = paths.filter((path) => !/\.sqlite(?:-shm|-wal)?$/.test(path));
  return {
    databases: Object.fromEntries(databases.map((path) => [path, dumpSql(join(folder, path))])),
    files: Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path)).toString("base64")])),
  };
}

export function unpackState(folder: string, { databases, files }: Pick<Landed, "databases" | "files">): void {
  const place = (path: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    return join(folder, path);
  };
  for (const [path, statements] of Object.entries(databases)) loadSql(place(path), statements);
  for (const [path, text] of Object.entries(files)) writeFileSync(place(path), Buffer.from(text, "base64"));
}
