// Dump and restore: any content comes back to the last bit, in any parts, and what is no dump leaves nothing behind.

import fc from "fast-check";
import { expect, test } from "vitest";
import { testStorage } from "../testing/storage.ts";
import { createDue, plan } from "./due.ts";
import { dumpPart, type DumpCursor } from "./dump.ts";
import { restorePart } from "./restore.ts";
import { exists, prepareStorage } from "./schema-steps.ts";

const FIRST = `
  CREATE TABLE kept (name TEXT PRIMARY KEY, any_value, whole INTEGER, part REAL);
  CREATE TABLE keyed (a, b, body BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
  INSERT INTO kept VALUES ('made by the step', 1, 1, 1);
`;
const SECOND = "ALTER TABLE kept ADD COLUMN later TEXT; UPDATE kept SET later = name";
const KIND = "thing";

type Value = string | number | bigint | null | Uint8Array;
const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", "")),
  fc.double({ noNaN: true }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.integer(),
  fc.uint8Array({ maxLength: 40 }),
);
const key = fc.oneof(fc.string({ maxLength: 5 }), fc.double({ noNaN: true }), fc.bigInt({ min: -5n, max: 2n ** 60n }));
const content = fc.record({
  kept: fc.uniqueArray(fc.tuple(fc.uuid(), value, value, value), { selector: ([name]) => name }),
  keyed: fc.array(fc.tuple(key, key, value)),
});

function filled({ kept, keyed }: { kept: Value[][]; keyed: Value[][] }): DurableObjectStorage {
  const { storage } = testStorage();
  prepareStorage(storage, [FIRST], () => {
    storage.sql.exec("DELETE FROM kept");
    for (const row of kept) storage.sql.exec("INSERT INTO kept VALUES (?, ?, ?, ?)", ...row);
    for (const row of keyed) storage.sql.exec("INSERT OR REPLACE INTO keyed VALUES (?, ?, ?)", ...row);
  });
  return storage;
}

function dumped(storage: DurableObjectStorage, partBytes: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let cursor: DumpCursor | null = null; ;) {
    const { bytes, next } = dumpPart(storage, KIND, cursor, partBytes);
    parts.push(bytes);
    if (next === null) return parts;
    if (next === "changed") throw new Error("nobody has written");
    cursor = next;
  }
}

/** Independent of the dump's own way to read: SQLite's literals. */
const literals = ({ sql }: DurableObjectStorage) => [
  sql.exec("SELECT quote(name), quote(any_value), quote(whole), quote(part) FROM kept ORDER BY rowid").toArray(),
  sql.exec("SELECT quote(a), quote(b), quote(body) FROM keyed ORDER BY a, b").toArray(),
];

const restored = (parts: readonly Uint8Array[], steps: readonly string[], finish = () => {}) => {
  const opened = testStorage();
  const outcomes = parts.map((bytes) =>
    restorePart(opened.storage, bytes, { kind: KIND, steps, works: ["index"], finish }),
  );
  return { ...opened, outcomes };
};

test("whatever an object holds comes back to the last bit, in whatever parts", () => {
  fc.assert(
    fc.property(content, fc.integer({ min: 1, max: 3_000 }), (held, partBytes) => {
      const storage = filled(held);
      const parts = dumped(storage, partBytes);
      const copy = restored(parts, [FIRST]);
      expect(copy.outcomes.every(({ ok }) => ok)).toBe(true);
      expect(literals(copy.storage)).toEqual(literals(storage));
      expect(dumped(copy.storage, partBytes)).toEqual(parts);
    }),
    {
      examples: [
        [
          {
            kept: [],
            keyed: [
              [0, 0, 0],
              ["0", 0, new Uint8Array()],
            ],
          },
          1,
        ],
      ],
    },
  );
});

const SOME = {
  kept: [
    ["a", 1, 2, 3],
    ["b", "x", null, 0.1],
  ],
  keyed: [[1n, 2n, new Uint8Array([0, 255])]],
};

test("a dump of an earlier step is brought forward when it is whole, and is not there before", () => {
  const parts = dumped(filled(SOME), 10);
  expect(parts.length).toBeGreaterThan(2);
  const half = restored(parts.slice(0, -1), [FIRST, SECOND]);
  expect(half.outcomes.every(({ ok }) => ok)).toBe(true);
  expect(exists(half.storage)).toBe(false);
  const whole = restored([...parts.slice(0, 2), ...parts], [FIRST, SECOND]);
  expect(whole.storage.sql.exec("SELECT name, later FROM kept").toArray()).toEqual([
    { name: "a", later: "a" },
    { name: "b", later: "b" },
  ]);
});

test("a write between two parts is noticed", () => {
  const storage = filled(SOME);
  const { next } = dumpPart(storage, KIND, null, 10);
  storage.sql.exec("UPDATE kept SET part = 9");
  expect(dumpPart(storage, KIND, next as DumpCursor, 10).next).toBe("changed");
});

test.each([
  ["another kind", (text: string) => text.replace('"kind":"thing"', '"kind":"other"')],
  ["a newer step", (text: string) => text.replace('"step":1', '"step":9')],
  ["no step", (text: string) => text.replace('"step":1', '"step":0')],
  ["a table that is not there", (text: string) => text.replaceAll('"kept"', '"sqlite_master"')],
  ["a column that is not there", (text: string) => text.replace('"any_value"', '"1); DROP TABLE kept; --"')],
  ["a row that is too short", (text: string) => `${text}["kept","c"]\n`],
  ["a row twice", (text: string) => `${text}${text.split("\n").at(-2)}\n`],
  ["a value of no kind", (text: string) => `${text}["kept","c",{"real":"x"},1,1]\n`],
  ["half a line", (text: string) => text.slice(0, -4)],
  ["nothing", () => ""],
])("%s is refused and leaves nothing", (_what, spoil) => {
  const [bytes = new Uint8Array()] = dumped(filled(SOME), 1e6);
  const { outcomes, storage } = restored([new TextEncoder().encode(spoil(new TextDecoder().decode(bytes)))], [FIRST]);
  expect(outcomes).toMatchObject([{ ok: false, failure: { code: "archive.malformed" } }]);
  expect(storage.sql.exec("SELECT name FROM sqlite_master").toArray()).toEqual([]);
});

test("a part out of its order is refused", () => {
  const [first, , third] = dumped(filled(SOME), 10);
  const { outcomes } = restored(
    [first, third].filter((part) => part !== undefined),
    [FIRST],
  );
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, false]);
});

test("work that nobody does is refused, and leaves nothing", () => {
  const { storage } = testStorage();
  prepareStorage(storage, [createDue], () => plan(storage, "index", 1));
  expect(restored(dumped(storage, 1e6), [createDue]).outcomes).toMatchObject([{ ok: true }]);
  plan(storage, "something else", 1);
  const { outcomes, storage: copy } = restored(dumped(storage, 1e6), [createDue]);
  expect(outcomes).toMatchObject([{ ok: false, failure: { code: "archive.malformed" } }]);
  expect(exists(copy)).toBe(false);
});
