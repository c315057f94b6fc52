// Pointers, patches and differences: the examples of RFC 6901, 6902 and 7386, and laws that hold for all JSON.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffOf, isSameJson } from "./diff.ts";
import { mergePatch } from "./merge-patch.ts";
import { applyPatch } from "./patch.ts";
import { namesOf, pointer, valueAt, without, withAdded, withReplaced } from "./pointer.ts";

const failing = (work: () => unknown): string => {
  try {
    work();
    return "nothing";
  } catch (error) {
    return (error as { failure: { code: string } }).failure.code;
  }
};

describe("a pointer (RFC 6901, section 5)", () => {
  const document = {
    foo: ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
  };

  test.each<[string, unknown]>([
    ["", document],
    ["/foo", ["bar", "baz"]],
    ["/foo/0", "bar"],
    ["/", 0],
    ["/a~1b", 1],
    ["/c%d", 2],
    ["/e^f", 3],
    ["/g|h", 4],
    ["/i\\j", 5],
    ['/k"l', 6],
    ["/ ", 7],
    ["/m~0n", 8],
    ["/foo/01", undefined],
    ["/foo/-", undefined],
    ["/foo/2", undefined],
    ["/toString", undefined],
    ["/foo/length", undefined],
  ])("%j", (text, value) => expect(valueAt(document, namesOf(text) ?? ["none"])).toEqual(value));

  test.each(["foo", "/~", "/~2", "#/foo"])("%j is none", (text) => expect(namesOf(text)).toBeUndefined());

  test("every list of names is written and read again", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (names) => {
        expect(namesOf(pointer(names))).toEqual(names);
      }),
    );
  });
});

describe("JSON Patch (RFC 6902, appendix A)", () => {
  test.each<[string, unknown, unknown[], unknown]>([
    ["A.1 adding a member", { foo: "bar" }, [{ op: "add", path: "/baz", value: "qux" }], { baz: "qux", foo: "bar" }],
    [
      "A.2 adding an item",
      { foo: ["bar", "baz"] },
      [{ op: "add", path: "/foo/1", value: "qux" }],
      { foo: ["bar", "qux", "baz"] },
    ],
    ["A.3 removing a member", { baz: "qux", foo: "bar" }, [{ op: "remove", path: "/baz" }], { foo: "bar" }],
    [
      "A.4 removing an item",
      { foo: ["bar", "qux", "baz"] },
      [{ op: "remove", path: "/foo/1" }],
      { foo: ["bar", "baz"] },
    ],
    [
      "A.5 replacing",
      { baz: "qux", foo: "bar" },
      [{ op: "replace", path: "/baz", value: "boo" }],
      { baz: "boo", foo: "bar" },
    ],
    [
      "A.6 moving a member",
      { foo: { bar: "baz", waldo: "fred" }, qux: { corge: "grault" } },
      [{ op: "move", from: "/foo/waldo", path: "/qux/thud" }],
      { foo: { bar: "baz" }, qux: { corge: "grault", thud: "fred" } },
    ],
    [
      "A.7 moving an item",
      { foo: ["all", "grass", "cows", "eat"] },
      [{ op: "move", from: "/foo/1", path: "/foo/3" }],
      { foo: ["all", "cows", "eat", "grass"] },
    ],
    [
      "A.8 testing, and it holds",
      { baz: "qux", foo: ["a", 2, "c"] },
      [
        { op: "test", path: "/baz", value: "qux" },
        { op: "test", path: "/foo/1", value: 2 },
      ],
      { baz: "qux", foo: ["a", 2, "c"] },
    ],
    [
      "A.10 adding a nested object",
      { foo: "bar" },
      [{ op: "add", path: "/child", value: { grandchild: {} } }],
      { foo: "bar", child: { grandchild: {} } },
    ],
    [
      "A.11 other members do not count",
      { foo: "bar" },
      [{ op: "add", path: "/baz", value: "qux", xyz: 123 }],
      { foo: "bar", baz: "qux" },
    ],
    ["A.14 escapes in order", { "/": 9, "~1": 10 }, [{ op: "test", path: "/~01", value: 10 }], { "/": 9, "~1": 10 }],
    [
      "A.16 adding an array",
      { foo: ["bar"] },
      [{ op: "add", path: "/foo/-", value: ["abc", "def"] }],
      { foo: ["bar", ["abc", "def"]] },
    ],
    [
      "null is a value",
      { a: null },
      [
        { op: "copy", from: "/a", path: "/b" },
        { op: "replace", path: "", value: null },
      ],
      null,
    ],
    ["a value moved to where it is", { a: 1 }, [{ op: "move", from: "/a", path: "/a" }], { a: 1 }],
    ["the whole replaced", { a: 1 }, [{ op: "add", path: "", value: [1] }], [1]],
  ])("%s", (_name, document, patch, result) => expect(applyPatch(document, patch)).toEqual(result));

  test.each<[string, string, unknown, unknown]>([
    [
      "A.9 testing, and it does not hold",
      "patch.test-failed",
      { baz: "qux" },
      [{ op: "test", path: "/baz", value: "bar" }],
    ],
    [
      "A.12 adding to what is not there",
      "patch.invalid",
      { foo: "bar" },
      [{ op: "add", path: "/baz/bat", value: "qux" }],
    ],
    [
      "A.15 a number is no text",
      "patch.test-failed",
      { "/": 9, "~1": 10 },
      [{ op: "test", path: "/~01", value: "10" }],
    ],
    ["no array", "patch.invalid", {}, { op: "add" }],
    ["no such operation", "patch.invalid", {}, [{ op: "spam", path: "" }]],
    ["no value", "patch.invalid", {}, [{ op: "add", path: "/a" }]],
    ["no from", "patch.invalid", {}, [{ op: "move", path: "/a" }]],
    ["from where nothing is", "patch.invalid", {}, [{ op: "copy", from: "/a", path: "/b" }]],
    ["into itself", "patch.invalid", { a: { b: 1 } }, [{ op: "move", from: "/a", path: "/a/b" }]],
    ["beyond the end", "patch.invalid", { a: [] }, [{ op: "add", path: "/a/1", value: 1 }]],
    ["removing the whole", "patch.invalid", {}, [{ op: "remove", path: "" }]],
    ["what is inherited", "patch.invalid", {}, [{ op: "replace", path: "/constructor", value: 1 }]],
  ])("refuses %s", (_name, code, document, patch) => expect(failing(() => applyPatch(document, patch))).toBe(code));

  test("copies of copies end at a limit, long before memory does", () => {
    const inserts = Array.from({ length: 40 }, () => ({ op: "copy", from: "/a", path: "/a/-" }));
    expect(failing(() => applyPatch({ a: ["y"] }, inserts))).toBe("request.too-large");
  });

  test("a name of the prototype is a name like any other", () => {
    const made = applyPatch({}, [{ op: "add", path: "/__proto__", value: { polluted: true } }]) as object;
    expect(JSON.stringify(made)).toBe('{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(JSON.stringify(merged)).toBe('{"__proto__":{"polluted":true}}');
  });
});

describe("JSON Merge Patch (RFC 7386, appendix A)", () => {
  test.each<[unknown, unknown, unknown]>([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("%j and %j", (target, patch, result) => expect(mergePatch(target, patch)).toEqual(result));
});

const json = fc.jsonValue({ maxDepth: 4 });

test("the difference of two values makes the one of the other, and that of a value and itself is empty", () => {
  fc.assert(
    fc.property(json, json, (before, after) => {
      expect(isSameJson(applyPatch(before, diffOf(before, after)), after)).toBe(true);
      expect(diffOf(before, JSON.parse(JSON.stringify(before)))).toEqual([]);
      expect(diffOf(before, after).length === 0).toBe(isSameJson(before, after));
    }),
    { numRuns: 1000 },
  );
});

test("what is added is there, what is removed is not, and nothing is changed in place", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), fc.string(), json, (object, name, value) => {
      const copy = JSON.stringify(object);
      const added = withAdded(object, [name], value);
      expect(valueAt(added, [name])).toEqual(value);
      expect(valueAt(without(added, [name]), [name])).toBeUndefined();
      expect(withReplaced(object, [name], 1) === undefined).toBe(!Object.hasOwn(object, name));
      expect(JSON.stringify(object)).toBe(copy);
    }),
  );
});
