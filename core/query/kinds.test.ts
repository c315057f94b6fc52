// What a type lets its twins be found by, from the schema of its properties.

import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { expect, test } from "vitest";
import type { JsonSchema, Manifest } from "../plugin.ts";
import { fieldKinds, indexedAs, kindsOfProperties } from "./kinds.ts";

const properties = v.object({
  place: v.optional(v.string()),
  grade: v.picklist(["a", "b"]),
  mixed: v.picklist(["a", 1]),
  speed: v.nullable(v.pipe(v.number(), v.integer())),
  isSpare: v.optional(v.boolean()),
  builtAt: v.pipe(v.string(), v.isoTimestamp()),
  site: v.object({ name: v.string() }),
});
const pump = (indexed: readonly string[]): Manifest["twinTypes"][number] => ({
  id: "pump.pump@1",
  title: "A pump",
  properties: toJsonSchema(properties) as JsonSchema,
  indexed,
  streams: { "out flow": { title: "Flow", unit: "l/s" } },
  links: {},
});

test("the kind of an indexed property is the one of its schema", () => {
  expect(kindsOfProperties(pump(["place", "grade", "speed", "isSpare", "builtAt"]))).toEqual({
    place: "text",
    grade: "text",
    speed: "number",
    isSpare: "boolean",
    builtAt: "instant",
  });
});

test.each(["site", "mixed", "owner", "toString"])("%s cannot be indexed", (name) => {
  expect(() => kindsOfProperties(pump([name]))).toThrow(`the indexed "${name}" of pump.pump@1`);
});

test("streams and predictions are fields as well, by names that are read as they are written", () => {
  const life = { id: "pump.life@1", subject: { kind: "twin", type: "pump.pump@1" } };
  const other = { id: "pump.life@2", subject: { kind: "twin", type: "pump.pump@2" } };
  const fields = fieldKinds(pump(["place"]), [life, other] as unknown as Manifest["capabilities"]);
  expect([...fields.keys()].slice(0, 4)).toEqual([
    "properties.place",
    'streams."out flow".value',
    'streams."out flow".observedAt',
    'predictions."pump.life@1".value',
  ]);
  expect(fields.get('predictions."pump.life@1".stale')).toBe("boolean");
  expect([...fields.keys()].some((name) => name.includes("life@2"))).toBe(false);
});

test("nothing of a person is indexed: to declare it is refused, and streams and predictions are no fields", () => {
  const person = { ...pump([]), personal: true as const };
  expect(fieldKinds(person, []).size).toBe(0);
  expect(() => kindsOfProperties({ ...person, indexed: ["place"] })).toThrow("nothing of a person is indexed");
});

test("what stands in the index changes with what is declared, not with its order", () => {
  const as = (names: readonly string[]) => indexedAs(kindsOfProperties(pump(names)));
  expect(as(["place", "grade"])).toBe(as(["grade", "place"]));
  expect(as(["place"])).not.toBe(as(["grade"]));
});
