import fc from "fast-check";
import { expect, test } from "vitest";
import { Refusal } from "@eigentwin/core";
import { afterId, decodeCursor, encodeCursor, page } from "./paging.ts";

const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/);

test("following cursors gives every row once, in order, whatever the size of a page", () => {
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (ids, limit) => {
      const rows = [...ids].sort().map((one) => ({ id: one }));
      const read: { id: string }[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const after = afterId(cursor);
        const { items, next } = page(rows.filter((row) => row.id > after).slice(0, limit + 1), limit);
        read.push(...items);
        cursor = next;
      }
      expect(read).toEqual(rows);
    }),
  );
});

test("a cursor holds the parts of a key", () => {
  expect(decodeCursor(encodeCursor(["2026-01-01T00:00:00.000Z", "run_1"]), /^(\S+) (\S+)$/)).toEqual([
    "2026-01-01T00:00:00.000Z",
    "run_1",
  ]);
});

test.each(["", "%%%", "ä", btoa("two parts"), btoa("\n"), btoa("'; DROP TABLE twin")])(
  "%j was not made here",
  (cursor) => expect(() => afterId(cursor)).toThrow(Refusal),
);
