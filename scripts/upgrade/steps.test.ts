// Every schema step of every object has a fixture of its data, and no landed step has been changed.

import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { openFixture, schemaFixtures, stepDigest } from "@eigentwin/objects/testing";
import { root } from "../command.ts";

/** Tables that an object has no rows in any more once it is brought to the step. */
const EMPTIED: Record<string, { from: number; tables: readonly string[] }> = {
  twin: { from: 4, tables: ["point", "stream_state"] },
};

const files = globSync("workers/*/src/steps.ts", { cwd: root }).sort();

test("tables are made in steps.ts and nowhere else", () => {
  const makers = globSync("workers/*/src/**/*.ts", { cwd: root, exclude: ["**/*.test.ts"] })
    .filter((file) => readFileSync(join(root, file), "utf8").includes("CREATE TABLE"))
    .filter((file) => dirname(dirname(file)) !== join("workers", "objects"));
  expect(makers.filter((file) => basename(file) !== "steps.ts")).toEqual([]);
  expect(makers.length).toBe(files.length);
});

for (const file of files) {
  const folder = join(root, dirname(dirname(file)), "testing/schemas");
  const found = Object.entries((await import(join(root, file))) as Record<string, readonly string[]>);
  describe.each(found)(`${file}: %s`, (name, steps) => {
    const object = name.replace(/_STEPS$/, "").toLowerCase();
    const fixtures = schemaFixtures(folder, object);

    test("each step has a fixture, and its text is what it was then", () => {
      expect(fixtures.map(({ step, digest }) => ({ step, digest }))).toEqual(
        steps.map((text, index) => ({ step: index + 1, digest: stepDigest(text) })),
      );
    });

    test.each(fixtures)("step $step comes with rows in every table, and opens today", (fixture) => {
      const { sql } = openFixture(fixture, steps.slice(0, fixture.step)).storage;
      const tables = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
      const { from, tables: emptied } = EMPTIED[object] ?? { from: 0, tables: [] };
      const mayBeEmpty = ["due", ...(fixture.step < from ? [] : emptied)];
      for (const { name } of tables.filter(({ name }) => !mayBeEmpty.includes(name)))
        expect(sql.exec(`SELECT * FROM "${name}"`).toArray().length, `rows of ${name}`).toBeGreaterThan(0);
      const opened = openFixture(fixture, steps).storage.sql.exec("SELECT max(step) AS step FROM schema_step");
      expect(opened.one()).toEqual({ step: steps.length });
    });
  });
}
