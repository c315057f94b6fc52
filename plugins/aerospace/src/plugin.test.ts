import { canonicalJson, manifestOf } from "@eigentwin/core";
import { expect, test } from "vitest";
import { aerospacePlugin } from "./plugin.ts";

test("the manifest is data: capabilities with their JSON Schemas", async () => {
  const manifest = await manifestOf(aerospacePlugin);
  expect(manifest.capabilities.map(({ id, subject }) => [id, subject.kind])).toEqual([
    ["aerospace.train-remaining-life@1", "dataset"],
    ["aerospace.remaining-life@1", "twin"],
  ]);
  for (const { input, result } of manifest.capabilities)
    expect([input.type, result.type]).toEqual(["object", "object"]);
  expect(JSON.parse(canonicalJson(manifest))).toMatchObject({ name: "aerospace", contract: 1 });
});
