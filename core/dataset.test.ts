import fc from "fast-check";
import { expect, test } from "vitest";
import { columnOfRole, rowsByIndividual, type DatasetInfo } from "./dataset.ts";

const info: DatasetInfo = {
  id: "engines",
  title: "Engines",
  rows: 3,
  columns: [
    { name: "cycle", role: "time", unit: "1" },
    { name: "t24", role: "feature", unit: "[degR]" },
    { name: "t30", role: "feature", unit: "[degR]" },
  ],
  digest: "sha256:00",
  synthetic: true,
};

test("every row belongs to one individual, and individuals stand in the order in which they first appear", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 3 })), (ids) => {
      const groups = rowsByIndividual(Float64Array.from(ids));
      expect([...groups.keys()]).toEqual([...new Set(ids)]);
      expect([...groups.values()].flat().toSorted((a, b) => a - b)).toEqual(ids.map((_, row) => row));
      for (const [id, rows] of groups) expect(rows.map((row) => ids[row])).toEqual(rows.map(() => id));
    }),
    { seed: 3 },
  );
});

test("the first column of a role is found", () => {
  expect(columnOfRole(info, "feature").name).toBe("t24");
});

test("a missing role is refused: without individuals, nothing is personal", () => {
  expect(() => columnOfRole(info, "individual")).toThrow(/^dataset\.no-individual.*engines/);
  expect(() => columnOfRole(info, "target")).toThrow(/^dataset\.malformed.*target/);
});
