// Which keys a body may have, and whose folder each stands in.

import { expect, test } from "vitest";
import { folderOf, mayBeOf, modelKey, newDatasetKey } from "./body-key.ts";

const HEX = "0a".repeat(32);
const UUID = "0f8fad5b-d9cb-469f-a165-70867728950e";

test.each([
  [newDatasetKey("own"), { tenant: "own", run: undefined }],
  [modelKey("own", HEX), { tenant: "own", run: undefined }],
  [`evidence/own/run_1/${HEX}`, { tenant: "own", run: "run_1" }],
  [`comparisons/own/run_1/${HEX}`, { tenant: "own", run: "run_1" }],
  [`datasets/${UUID}`, null],
  [`models/${HEX}`, null],
  [`evidence/${HEX}`, null],
])("%s", (key, folder) => {
  expect(folderOf(key)).toEqual(folder);
  expect(mayBeOf("own", key)).toBe(true);
  expect(mayBeOf("other", key)).toBe(folder === null);
});

test.each([
  "restoring/own/manifest.json",
  "restoring-progress/own",
  `comparisons/${HEX}`,
  `models/own/../other/${HEX}`,
  `models/${HEX}x`,
  `evidence/own/${HEX}`,
  `evidence/own/a/b/${HEX}`,
  `datasets/own/${HEX}`,
  "datasets/a",
  "",
])("nobody's: %s", (key) => {
  expect(folderOf(key)).toBeUndefined();
  expect(mayBeOf("own", key)).toBe(false);
});
