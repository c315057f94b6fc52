import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "./lock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "eigentwin-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a folder in use is refused, with where its deployment is", () => {
  takeLock(folder, 8787);
  expect(() => takeLock(folder, 8788)).toThrow(/up already at http:\/\/127\.0\.0\.1:8787/);
});

test("a released folder is free, and so is one whose process is gone", () => {
  takeLock(folder, 8787).release();
  expect(existsSync(join(folder, "lock.json"))).toBe(false);
  // No process has this id: Linux ids end at 2^22.
  writeFileSync(join(folder, "lock.json"), JSON.stringify({ pid: 2 ** 22 + 1, port: 1 }));
  takeLock(folder, 8787);
});
