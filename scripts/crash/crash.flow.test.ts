// The short version of `npm run test:crash`.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { crash } from "./rounds.ts";

const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-crash-"));
afterAll(() => rmSync(stateFolder, { recursive: true, force: true }));

test("what was acknowledged survives kill -9, and every subscriber is told all of it in order", async () => {
  const report = await crash({ rounds: 1, seed: 3, stateFolder, after: [2, 4], say: () => undefined });
  expect(report.acknowledged).toBeGreaterThan(20);
  expect(report.points).toBeGreaterThan(0);
  expect([...report.lost, ...report.torn]).toEqual([]);
  for (const { caughtUpMs, events, repeated: _repeated, name: _name, ...faults } of report.subscribers) {
    expect(events).toBeGreaterThan(0);
    expect(caughtUpMs).toHaveLength(1);
    expect(faults).toEqual({ skipped: 0, outOfOrder: 0, gaps: 0 });
  }
}, 300_000);
