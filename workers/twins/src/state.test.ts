// The state of a twin against a model, over random sequences of commands: `npm run test:twins` takes more of them.

import { expect, test } from "vitest";
import { applyPatch } from "@eigentwin/core";
import { openTwinTables } from "../testing/sqlite.ts";
import { checkSequences } from "../testing/state-machine.ts";
import { keepChange, readHistory, stateAt } from "./history.ts";
import { insertTwin, readTwin, updateState } from "./twin-record.ts";

test("100 sequences of writes, patches, conditions, links, branches and deletions are as the model says", () => {
  return checkSequences({ sequences: 100, seed: 20_261_122 });
});

const NOW = "2026-01-01T00:00:00.000Z";
const author = { by: null, reason: "because" };

function opened(properties: Record<string, unknown>) {
  const sql = openTwinTables();
  const draft = {
    tenant: "own",
    id: "t",
    type: { id: "x.t@1", streams: {} },
    desired: {},
    links: {},
    synthetic: false,
  };
  insertTwin(sql, { ...draft, properties, ...author }, NOW);
  const change = (next: Record<string, unknown>, now = NOW) => {
    const before = readTwin(sql) ?? expect.unreachable();
    updateState(sql, { ...before, properties: next });
    keepChange(sql, { before, after: readTwin(sql) ?? before, kind: "changed", author, now });
  };
  return { sql, change };
}

test("history finds each of 200 states again, with a snapshot now and then", () => {
  const { sql, change } = opened({ n: 1 });
  // A patch that was applied twice would take away what is not there.
  const wanted = (n: number) => ({ n, ...(n % 2 === 0 && { even: true }) });
  for (let n = 2; n <= 200; n++) change(wanted(n));
  for (let n = 1; n <= 200; n++) expect(stateAt(sql, { revision: n }).properties).toEqual(wanted(n));
  expect(sql.exec("SELECT revision FROM state_snapshot").toArray()).toHaveLength(4);
});

test("rows stay small: a change of everything is kept as the state, and a page ends before it is too large", () => {
  const long = (letter: string) => ({ [letter]: letter.repeat(600_000) });
  const { sql, change } = opened(long("a"));
  for (const letter of "bcdefghijkl") change(long(letter));
  const { longest = 0 } = sql.exec<{ longest: number }>("SELECT max(length(patch)) AS longest FROM state_change").one();
  expect(longest).toBeLessThan(700_000);
  const { changes, hasMore } = readHistory(sql, { before: null, limit: 50 });
  expect([changes.length, hasMore]).toEqual([6, true]);
  const [newest] = changes;
  expect(applyPatch(stateAt(sql, { revision: 11 }), newest?.patch)).toMatchObject({ properties: long("l") });
  const names = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`${"n".repeat(50)}${index}`, 0]));
  change({ deep: names });
  change({ deep: Object.fromEntries(Object.keys(names).map((name) => [name, 1])) });
  expect(readHistory(sql, { before: null, limit: 1 }).changes[0]?.patch).toMatchObject([{ op: "replace", path: "" }]);
});

test("a clock that steps back does not turn the times of history round", () => {
  const { sql, change } = opened({});
  change({ n: 1 }, "2025-01-01T00:00:00.000Z");
  expect(stateAt(sql, { revision: 2 }).at).toBe(NOW);
  expect(stateAt(sql, { at: NOW }).properties).toEqual({ n: 1 });
});
