// The mapping of messages: what stands where it says is found at every depth, and what does not fit is told by its place.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pointer } from "@eigentwin/core";
import { instantOf } from "./instant.ts";
import { effectsOf, faultIn, MOST_ITEMS, type Mapping } from "./mapping.ts";

const AT = "2026-01-01T00:00:00.000Z";
const effects = (mapping: Mapping, message: unknown) => {
  const mapped = effectsOf(mapping, message, AT);
  return mapped.ok ? mapped.effects : mapped.failure;
};

test("arrays within arrays give an item each, which sees what stands around it", () => {
  const mapping: Mapping = {
    each: ["/devices", "/channels"],
    when: [{ at: "/on", is: [true] }],
    twin: { id: { at: "/id", of: 1 }, prefix: "vane-" },
    properties: { "/site/name": { at: "/site", of: 0 }, "/gone": { value: null } },
    points: [
      {
        stream: { at: "/name", map: { t: "temperature" } },
        value: { at: "/value" },
        unit: { at: "/unit", of: 0, optional: true, or: "Cel" },
        observedAt: { at: "/time", of: 1, format: "unix-ms" },
      },
    ],
  };
  const channel = (name: string, value: unknown, on = true) => ({ name, value, on });
  const message = {
    site: "roof",
    devices: [
      { id: "a", time: 0, channels: [channel("t", 1), channel("t", 2, false), channel("h", 3)] },
      { id: "b", time: "no time", channels: [channel("t", "4e0")] },
    ],
  };
  expect(effects(mapping, message)).toEqual([
    {
      at: "/devices/0/channels/0",
      kind: "change",
      twin: "vane-a",
      properties: { site: { name: "roof" }, gone: null },
      points: [{ stream: "temperature", observedAt: "1970-01-01T00:00:00.000Z", value: 1, unit: "Cel" }],
    },
    { at: "/devices/0/channels/1", kind: "skipped" },
    {
      at: "/devices/0/channels/2",
      kind: "refused",
      failure: { code: "hook.not-mapped", message: "the mapping has no word for h", at: "/devices/0/channels/2/name" },
    },
    {
      at: "/devices/1/channels/0",
      kind: "refused",
      failure: { code: "hook.not-mapped", message: "this is no time in the format unix-ms", at: "/devices/1/time" },
    },
  ]);
});

const name = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== "__proto__");

test("whatever stands at a pointer becomes the property at another, and nothing else does", () => {
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.array(name, { minLength: 1, maxLength: 4 }),
      fc.jsonValue(),
      (from, to, value) => {
        const wrap = (names: readonly string[], inner: unknown) =>
          names.toReversed().reduce<unknown>((made, one) => Object.fromEntries([[one, made]]), inner);
        const mapping: Mapping = { twin: { id: "a" }, properties: { [pointer(to)]: { at: pointer(from) } } };
        expect(faultIn(mapping)).toBe(undefined);
        expect(effects(mapping, wrap(from, value))).toMatchObject([{ kind: "change", properties: wrap(to, value) }]);
      },
    ),
  );
});

test("no message, however made, ends otherwise than in effects or a failure", () => {
  const source = fc.oneof(
    fc.record({ value: fc.jsonValue() }),
    fc.record({ at: fc.constantFrom("", "/a", "/a/0", "/b"), of: fc.constantFrom(undefined, 0, 1) }),
  );
  const mapping = fc.record({
    each: fc.constantFrom(undefined, [], ["/a"], ["", "/a"]),
    twin: fc.record({ id: fc.oneof(source, fc.constant("t")) }),
    properties: fc.constantFrom(undefined, { "/p": { at: "/a" } }),
    points: fc.array(
      fc.record({ stream: source, value: source, observedAt: fc.oneof(source, fc.constant("received" as const)) }),
      { maxLength: 2 },
    ),
  });
  const message = fc.oneof(fc.jsonValue(), fc.record({ a: fc.array(fc.jsonValue()), b: fc.jsonValue() }));
  fc.assert(
    fc.property(mapping, message, (rules, sent) => {
      const mapped = effectsOf(rules, sent, AT);
      if (!mapped.ok) return void expect(mapped.failure.code).toBe("hook.not-mapped");
      for (const effect of mapped.effects)
        if (effect.kind === "change")
          for (const { observedAt } of effect.points) expect(new Date(observedAt).toISOString()).toBe(observedAt);
    }),
  );
});

test("a message has so many items and no more", () => {
  const mapping: Mapping = { each: [""], twin: { id: "a" } };
  expect(effects(mapping, Array(MOST_ITEMS).fill(0))).toHaveLength(MOST_ITEMS);
  expect(effects(mapping, Array(MOST_ITEMS + 1).fill(0))).toMatchObject({ code: "hook.not-mapped" });
});

test("a mapping whose pointers are none, or lead out of it, is told where", () => {
  const good: Mapping = { twin: { id: "a" } };
  expect(faultIn({ ...good, each: ["a"] })).toBe("/each/0");
  expect(faultIn({ ...good, properties: { a: { value: 1 } } })).toBe("/properties/a");
  expect(faultIn({ ...good, properties: { "/a": { at: "~" } } })).toBe("/properties/~1a");
  expect(faultIn({ ...good, points: [{ stream: "s", value: { at: "/v", of: 1 } }] })).toBe("/points/0/value");
});

describe("times", () => {
  test.each([
    ["rfc3339", "2026-01-01T02:00:00.123456+02:00", "2026-01-01T00:00:00.123Z"],
    ["rfc3339", "2026-02-30T00:00:00Z", undefined],
    ["unix-s", 1_700_000_000.123, "2023-11-14T22:13:20.123Z"],
    ["unix-s", "1700000000", "2023-11-14T22:13:20.000Z"],
    ["unix-ms", 1_700_000_000_123, "2023-11-14T22:13:20.123Z"],
    ["unix-us", 1_700_000_000_123_456, "2023-11-14T22:13:20.123Z"],
    ["unix-ns", "1700000000123456789", "2023-11-14T22:13:20.123Z"],
    ["unix-ms", 1e300, undefined],
    ["unix-s", true, undefined],
  ] as const)("%s %s", (format, value, wanted) => expect(instantOf(value, format)).toBe(wanted));
});

test("places that would not fit into an answer refuse the message", () => {
  const name = "\u0001".repeat(400);
  const mapping: Mapping = { each: [`/${name}`], twin: { id: "a" } };
  const message = (items: number) => ({ [name]: Array.from({ length: items }, () => 0) });
  expect(effects(mapping, message(400))).toHaveLength(400);
  expect(effects(mapping, message(500))).toMatchObject({ code: "hook.not-mapped" });
});
