// Fixtures of past schemas: for each step of an object a SQL dump of its tables with data, as that step left them. The
// first line holds the digest of the step's text, so a landed step that is changed is noticed.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { prepareStorage, type SchemaSteps } from "../src/schema-steps.ts";
import { testStorage, type TestStorage } from "./storage.ts";

export interface SchemaFixture {
  step: number;
  /** Of the step's text when the fixture was made. */
  digest: string;
  sql: string;
}

export const stepDigest = (step: string): string => createHash("sha256").update(step).digest("hex");

export const headOf = (object: string, step: number, text: string): string =>
  `-- ${object}, step ${step}: ${stepDigest(text)}`;

/** Of `twin-1.sql`, `twin-2.sql`, ... in a folder, in order. */
export function schemaFixtures(folder: string, object: string): SchemaFixture[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .flatMap((name) => {
      const step = Number(/^(.+)-(\d+)\.sql$/.exec(name)?.[2]);
      if (name !== `${object}-${step}.sql`) return [];
      const sql = readFileSync(join(folder, name), "utf8");
      return [{ step, digest: /^-- .*: ([0-9a-f]{64})$/m.exec(sql)?.[1] ?? "", sql }];
    })
    .sort((a, b) => a.step - b.step);
}

/** Storage that holds the fixture, brought to the newest step as an object does when it wakes. */
export function openFixture({ sql }: SchemaFixture, steps: SchemaSteps): TestStorage {
  const opened = testStorage();
  opened.storage.sql.exec(sql);
  prepareStorage(opened.storage, steps);
  return opened;
}
