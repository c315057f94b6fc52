import { Refusal } from "@eigentwin/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cmapssReader } from "./cmapss.ts";
import { channelNames } from "./engine.ts";
import { datasetOf } from "./testing/observed.ts";
import { wornCohort } from "./worn-cohort.ts";

const line = (engine: number | string, cycle: number | string, columns = 26) =>
  `${[engine, cycle, ...Array.from({ length: columns - 2 }, (_, k) => k + 0.5)].join(" ")}  \n`;

function failureOf(...texts: string[]) {
  try {
    cmapssReader.toDataset?.(texts.map((text, index) => ({ name: `part${index + 1}.txt`, text })));
  } catch (error) {
    if (error instanceof Refusal) return error.failure;
    throw error;
  }
  throw new Error("the file was read");
}

test("a valid file is read: individual, time and 24 channels", () => {
  const { columns, values } = datasetOf(line(7, 1) + line(7, 2) + line(9, 1));
  expect(columns.map(({ name }) => name)).toEqual(["engine", "cycle", ...channelNames]);
  expect(columns.slice(0, 3).map(({ role }) => role)).toEqual(["individual", "time", "feature"]);
  expect([...(values.engine ?? [])]).toEqual([7, 7, 9]);
  expect([...(values.cycle ?? [])]).toEqual([1, 2, 1]);
  expect([...(values.W32 ?? [])]).toEqual([23.5, 23.5, 23.5]);
});

test("a cut table is joined in the order of its parts", () => {
  const files = [line(1, 1), line(1, 2)].map((text, index) => ({ name: `part${index}`, text }));
  expect(cmapssReader.toDataset?.(files).values[1]).toEqual(Float64Array.of(1, 2));
});

test("lines may end as Windows ends them", () => {
  const text = line(1, 1) + line(1, 2) + line(2, 1);
  expect(datasetOf(text.replaceAll("\n", "\r\n"))).toEqual(datasetOf(text));
});

test("each twin has its own streams, a day a cycle", () => {
  const read = cmapssReader.toTwins?.([{ name: "a.txt", text: line(3, 1) + line(4, 1) + line(4, 2) }], {
    startsAt: "2026-01-01T00:00:00Z",
  });
  expect(read?.type).toBe("aerospace.engine@1");
  expect(read?.twins.map(({ name, streams }) => [name, streams.cycle?.values.length])).toEqual([
    ["3", 1],
    ["4", 2],
  ]);
  const { observedAtMs } = read?.twins[1]?.streams.cycle ?? {};
  expect([...(observedAtMs ?? [])].map((ms) => new Date(ms).toISOString())).toEqual([
    "2026-01-02T00:00:00.000Z",
    "2026-01-03T00:00:00.000Z",
  ]);
});

test.each([
  ["a line of 25 columns", [line(1, 1) + line(1, 2, 25)], "part1.txt line 2", /25 columns/],
  ["a file that is cut in a line", [`${line(1, 1)}1 2 0.1`], "part1.txt line 2", /middle of a line/],
  ["a cycle that is missing", [line(1, 1) + line(1, 3)], "part1.txt line 2", /cycle 3 where 2 is due/],
  ["a second part that does not go on", [line(1, 1), line(1, 5)], "part2.txt line 1", /cycle 5 where 2 is due/],
  [
    "an engine that comes a second time",
    [line(1, 1) + line(2, 1) + line(1, 1)],
    "part1.txt line 3",
    /engine 1 comes a second time/,
  ],
  [
    "an engine that comes again in another part",
    [line(1, 1) + line(2, 1), line(1, 2)],
    "part2.txt line 1",
    /engine 1 comes a second time/,
  ],
  ["an engine of a negative number", [line(-1, 1)], "part1.txt line 1", /engine "-1" is not a positive whole number/],
  ["an engine 0", [line(0, 1)], "part1.txt line 1", /engine "0" is not a positive whole number/],
  ["an engine of a number too large to be exact", [line("1e21", 1)], "part1.txt line 1", /engine "1e21" is not/],
  ["half an engine", [line(1.5, 1)], "part1.txt line 1", /engine "1.5" is not a positive whole number/],
  ["half a cycle", [line(1, 1) + line(1, 1.5)], "part1.txt line 2", /cycle "1.5" is not a positive whole number/],
  ["a cut file with other line ends", [`${line(1, 1).trimEnd()}\r\n1 2 0.1`], "part1.txt line 2", /middle of a line/],
  ["an empty line", [`${line(1, 1)}\n`], "part1.txt line 2", /0 columns/],
  ["a word that is no number", [line(1, 1).replace("0.5", "n/a")], "part1.txt line 1", /"n\/a" in column 3/],
])("%s is refused with its place", (_, texts, at, why) => {
  const failure = failureOf(...texts);
  expect(failure).toMatchObject({ code: "dataset.malformed", at });
  expect(failure.message).toMatch(why);
});

test("a file without lines is refused", () => expect(failureOf("").code).toBe("dataset.malformed"));

test("what is printed is read back", () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0);
  const row = fc.array(value, { minLength: channelNames.length, maxLength: channelNames.length });
  const engines = fc.array(fc.array(row, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(engines, (cohort) => {
      const rows = cohort.flatMap((own, engine) => own.map((readings, t) => [engine + 1, t + 1, ...readings]));
      const { columns, values } = datasetOf(rows.map((cells) => `${cells.join(" ")}\n`).join(""));
      const read = rows.map((_, at) => columns.map(({ name }) => values[name]?.[at]));
      expect(read).toEqual(rows);
    }),
    { numRuns: 50 },
  );
});

test("the same seed makes the same cohort", () => {
  expect(wornCohort({ engines: 2, seed: 4 })).toBe(wornCohort({ engines: 2, seed: 4 }));
  expect(wornCohort({ engines: 2, seed: 4 })).not.toBe(wornCohort({ engines: 2, seed: 5 }));
});
