// Writes the fixture of an object's newest step: the fixture of the step before, brought forward. Add rows that only the
// new step can hold by hand.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { headOf, schemaFixtures } from "@eigentwin/objects/testing";
import { misused, readArguments } from "../arguments.ts";
import { root } from "../command.ts";
import { dumpSql } from "./sql-text.ts";

const USAGE = `usage: node scripts/bootstrap.mjs scripts/upgrade/keep-step.ts -- WORKER OBJECT

  WORKER  folder under workers/, for example twins
  OBJECT  twin for TWIN_STEPS of its src/steps.ts
  --help`;

const { positionals } = readArguments(USAGE, { allowPositionals: true, options: { help: { type: "boolean" } } });
const [worker = "", object = ""] = positionals;
if (worker === "" || object === "") misused(USAGE, new Error("two words are needed"));

const folder = join(root, "workers", worker);
const found = (await import(pathToFileURL(join(folder, "src/steps.ts")).href)) as Record<string, readonly string[]>;
const steps = found[`${object.toUpperCase()}_STEPS`] ?? misused(USAGE, new Error(`there are no steps of "${object}"`));
const fixtures = join(folder, "testing/schemas");
const before = schemaFixtures(fixtures, object).at(-1);
if (before?.step === steps.length) misused(USAGE, new Error(`step ${steps.length} has its fixture`));

const place = mkdtempSync(join(tmpdir(), "eigentwin-step-"));
const file = join(place, "object.sqlite");
const database = new DatabaseSync(file);
database.exec(before?.sql ?? "CREATE TABLE schema_step (step INTEGER PRIMARY KEY)");
for (let step = (before?.step ?? 0) + 1; step <= steps.length; step++)
  database.exec(`${steps[step - 1]}; INSERT INTO schema_step VALUES (${step})`);
database.close();
const statements = dumpSql(file).map((statement) => `${statement};`);
const text = [headOf(object, steps.length, steps.at(-1) ?? ""), ...statements, ""].join("\n");
writeFileSync(join(fixtures, `${object}-${steps.length}.sql`), text);
rmSync(place, { recursive: true });
