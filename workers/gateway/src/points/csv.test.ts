// CSV of points: what is written is read again, and what is no batch is told by its row.

import fc from "fast-check";
import Papa from "papaparse";
import { expect, test } from "vitest";
import { Refusal } from "@eigentwin/core";
import { readCsv } from "./csv.ts";

const name = fc
  .array(fc.constantFrom(..."abZ09éü,;\"' _-"), { maxLength: 8 })
  .map((letters) => `s${letters.join("")}e`);
const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
const at = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString());

test("long: every point comes back, whatever its stream is called and however columns are ordered", () => {
  const point = fc.record({ stream: name, observedAt: at, value, unit: fc.constantFrom("", "K", "{a,b}") });
  const columns = fc.shuffledSubarray(["stream", "observedAt", "value", "unit"], { minLength: 4 });
  fc.assert(
    fc.property(
      fc.array(point, { minLength: 1, maxLength: 20 }),
      columns,
      fc.constantFrom("\n", "\r\n"),
      (points, order, newline) => {
        const text = Papa.unparse({ fields: order, data: points }, { newline });
        const expected = points.map(({ unit, ...rest }) => (unit === "" ? rest : { ...rest, unit }));
        expect(readCsv(text + newline).map((one) => one.point)).toEqual(expected);
      },
    ),
  );
});

test("wide: every filled cell is a point", () => {
  const names = fc.uniqueArray(
    name.filter((text) => !["observedAt", "stream", "value"].includes(text)),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(
      names,
      fc.array(at, { minLength: 1, maxLength: 8 }),
      fc.infiniteStream(fc.option(value)),
      (streams, times, cells) => {
        const rows = times.map((observedAt) => [observedAt, ...streams.map(() => cells.next().value)]);
        const expected = rows.flatMap(([observedAt, ...values]) =>
          values.flatMap((one, index) => (one === null ? [] : [{ stream: streams[index], observedAt, value: one }])),
        );
        expect(readCsv(Papa.unparse([["observedAt", ...streams], ...rows])).map(({ point }) => point)).toEqual(
          expected,
        );
      },
    ),
  );
});

test.each([
  ["", "row 1"],
  ["time,level\n1,2", "row 1"],
  ["observedAt", "row 1"],
  ["observedAt,a,a\n2026-01-01T00:00:00Z,1,2", "row 1"],
  ["observedAt,a\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:00Z", "row 3"],
  ['observedAt,a\n"2026', "row 2"],
])("%j is refused at %s", (text, where) => {
  expect(() => readCsv(text)).toThrow(Refusal);
  try {
    readCsv(text);
  } catch (error) {
    expect((error as Refusal).failure.at).toBe(where);
  }
});

test.each(["0x10", "1,5", "NaN", "Infinity", "one", "1e", "--1"])("%s stays text, which no point takes", (cell) => {
  const [one] = readCsv(`stream,observedAt,value\na,2026-01-01T00:00:00Z,"${cell}"`);
  expect(one?.point).toMatchObject({ value: cell });
});
