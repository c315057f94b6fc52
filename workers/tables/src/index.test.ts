import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestTable, readColumns, writeTable, type ByteRanges } from "./index.ts";

/** A file in memory that notes which bytes were asked for. */
function fileOf(body: ArrayBuffer): ByteRanges & { fetched: number } {
  return {
    byteLength: body.byteLength,
    fetched: 0,
    async slice(start, end = body.byteLength) {
      this.fetched += end - start;
      return body.slice(start, end);
    },
  };
}

const value = fc.double({ noNaN: true, noDefaultInfinity: true });
const table = fc
  .record({ columns: fc.integer({ min: 1, max: 5 }), rows: fc.integer({ min: 1, max: 40 }) })
  .chain(({ columns, rows }) =>
    fc.record({
      names: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: "grapheme-ascii" }), {
        minLength: columns,
        maxLength: columns,
      }),
      values: fc.array(
        fc.array(value, { minLength: rows, maxLength: rows }).map((numbers) => Float64Array.from(numbers)),
        { minLength: columns, maxLength: columns },
      ),
    }),
  );

describe("a table", () => {
  test("comes back to the last bit, every column of it and any part of its columns", async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.nat(), async ({ names, values }, seed) => {
        const file = fileOf(writeTable(names, values));
        const all = await readColumns(file, names);
        names.forEach((name, index) => expect(all[name]).toEqual(values[index]));
        const some = names.filter((_, index) => (seed >> index) % 2 === 1);
        const read = await readColumns(file, some);
        expect(Object.keys(read).sort()).toEqual([...some].sort());
        for (const name of some) expect(read[name]).toEqual(values[names.indexOf(name)]);
      }),
      { numRuns: 100 },
    );
  });

  test("of more rows than one group holds keeps their order", async () => {
    const rows = Float64Array.from({ length: 250_000 }, (_, row) => Math.sin(row));
    expect((await readColumns(fileOf(writeTable(["x"], [rows])), ["x"]))["x"]).toEqual(rows);
  });

  test("is fetched by column: one of twenty costs a small part of the file", async () => {
    const names = Array.from({ length: 20 }, (_, column) => `c${column}`);
    const values = names.map((_, column) =>
      Float64Array.from({ length: 100_000 }, (_, row) => Math.sin(row * 20 + column)),
    );
    const file = fileOf(writeTable(names, values));
    await readColumns(file, ["c7"]);
    expect(file.fetched).toBeLessThan(file.byteLength / 4);
  });

  test("has a digest of names and values, in order", async () => {
    const [one, two] = [Float64Array.of(1, 2), Float64Array.of(3, 4)];
    const digest = await digestTable(["a", "b"], [one, two]);
    expect(await digestTable(["a", "b"], [one, two])).toBe(digest);
    expect(await digestTable(["b", "a"], [two, one])).not.toBe(digest);
    expect(await digestTable(["a", "b"], [one, Float64Array.of(3, 5)])).not.toBe(digest);
    expect(await digestTable(["a", "c"], [one, two])).not.toBe(digest);
  });
});
