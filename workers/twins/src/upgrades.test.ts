// A twin's type changes and comes back: whatever happens in between, undoing brings back what was there.

import fc from "fast-check";
import { expect, test } from "vitest";
import { openTwinTables } from "../testing/sqlite.ts";
import type { UpgradeHop } from "./contract.ts";
import { readHistory, stateAt } from "./history.ts";
import { appendPoints } from "./streams/append.ts";
import { readTail } from "./streams/tail.ts";
import { insertTwin, readTwin } from "./twin-record.ts";
import { failedUpgrade, noteUpgradeFailure, streamsAt, undoUpgrade, upgradeTwin } from "./upgrades.ts";

const metres = { title: "Level", unit: "m" };
const kelvin = { title: "Temperature", unit: "K" };
const NOW = "2026-01-01T00:00:00Z";
const author = { by: "key_1", reason: null };

/** Each major calls the level otherwise, and the next one uses its old name for a temperature. */
const HOPS: UpgradeHop[] = [
  {
    type: { id: "x.tank@2", streams: { depth: metres, level: kelvin } },
    renamed: { level: "depth" },
    links: ["feeds"],
  },
  {
    type: { id: "x.tank@3", streams: { height: metres, depth: kelvin } },
    renamed: { depth: "height", level: "depth" },
    links: [],
  },
];
const LEVEL = ["level", "depth", "height"];

function open() {
  const sql = openTwinTables();
  const type = { id: "x.tank@1", streams: { level: metres } };
  const state = { properties: { major: 1 }, desired: { major: 9 }, links: { feeds: ["pump"], drains: ["sea"] } };
  insertTwin(sql, { tenant: "own", id: "tank", type, ...state, synthetic: false, ...author }, NOW);
  const twin = () => readTwin(sql) ?? expect.unreachable("there is no twin");
  const major = () => Number(twin().type.split("@")[1]);
  const streamOf = (name: string, streams = twin().streams) => streams[name]?.storedAs ?? name;
  return {
    sql,
    twin,
    major,
    upgrade(times = 1) {
      const hops = HOPS.slice(major() - 1, major() - 1 + times);
      const to = major() + hops.length;
      upgradeTwin(sql, twin(), { revision: twin().revision, hops, properties: { major: to }, author }, NOW);
    },
    undo: () => undoUpgrade(sql, author, NOW),
    append: (at: number) =>
      appendPoints(sql, [{ stream: streamOf(LEVEL[major() - 1] ?? ""), observedAtMs: at, value: at }], 1),
    levels: (name = LEVEL[major() - 1] ?? "", streams = twin().streams) => [
      ...(readTail(sql).recent.get(streamOf(name, streams))?.values ?? []),
    ],
  };
}

test("an upgrade is a new revision, and undoing it another one with what was there before", () => {
  const tank = open();
  const { type, properties, desired, links, streams } = tank.twin();
  tank.upgrade(2);
  expect(tank.twin()).toMatchObject({ type: "x.tank@3", revision: 2, properties: { major: 3 } });
  expect(tank.undo()).toBe(true);
  expect(tank.twin()).toMatchObject({ type, properties, desired, links, revision: 3 });
  expect(tank.twin().streams).toEqual(streams);
  expect(tank.undo()).toBe(false);
});

test("nothing is desired of a newer major, links that it does not declare are dropped, and history has both", () => {
  const tank = open();
  const before = stateAt(tank.sql, { revision: 1 });
  tank.upgrade();
  expect(tank.twin()).toMatchObject({ desired: {}, links: { feeds: ["pump"] } });
  expect(tank.twin().links).not.toHaveProperty("drains");
  tank.undo();
  const { changes } = readHistory(tank.sql, { before: null, limit: 10 });
  expect(changes.map(({ revision, kind, by }) => [revision, kind, by])).toEqual([
    [3, "undone", "key_1"],
    [2, "upgraded", "key_1"],
    [1, "created", "key_1"],
  ]);
  expect(changes[1]?.patch).toContainEqual({ op: "replace", path: "/type", value: "x.tank@2" });
  expect(stateAt(tank.sql, { revision: 3 })).toEqual({ ...before, revision: 3 });
});

test("a run reads streams by the names that they had at its revision", () => {
  const tank = open();
  tank.append(1);
  tank.upgrade();
  tank.upgrade();
  tank.undo();
  for (const [revision, name] of [
    [1, "level"],
    [2, "depth"],
    [3, "height"],
    [4, "depth"],
  ] as const)
    expect(tank.levels(name, streamsAt(tank.sql, revision))).toEqual([1]);
});

test("a failed upgrade is told until one succeeds", () => {
  const tank = open();
  const failed = { to: "x.tank@2", failure: { code: "capability.refused", message: "no" }, triedAt: NOW } as const;
  noteUpgradeFailure(tank.sql, { ...failed, triedAt: "2025-01-01T00:00:00Z" });
  noteUpgradeFailure(tank.sql, failed);
  expect(failedUpgrade(tank.sql)).toEqual(failed);
  expect(tank.twin()).toMatchObject({ type: "x.tank@1", revision: 1 });
  tank.upgrade();
  expect(failedUpgrade(tank.sql)).toBeUndefined();
});

test("upgraded, measured and undone in any order, the level keeps every point, and each undo brings back its type", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("upgrade", "undo", "append")), (acts) => {
      const tank = open();
      const before: { type: string; streams: unknown }[] = [];
      let points = 0;
      for (const act of acts) {
        const { revision } = tank.twin();
        if (act === "append") tank.append((points += 1));
        if (act === "upgrade" && tank.major() < 3) {
          const { type, streams } = tank.twin();
          before.push({ type, streams });
          tank.upgrade();
          expect(tank.twin().revision).toBe(revision + 1);
        }
        if (act === "undo") {
          const wanted = before.pop();
          expect(tank.undo()).toBe(wanted !== undefined);
          if (wanted) expect(tank.twin()).toMatchObject({ ...wanted, revision: revision + 1 });
        }
        expect(tank.levels()).toEqual(Array.from({ length: points }, (_, index) => index + 1));
      }
    }),
  );
});
