import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, decode, digest, digestBytes, digestJson, encode } from "./codec.ts";

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fixed = { seed: 2, numRuns: 300 };

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false, undefined),
    fc.integer(),
    fc.double(),
    fc.string({ unit: "grapheme" }),
    fc.float64Array(),
    fc.uint32Array(),
    fc.uint8Array(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.string(),
      tie("value").filter((value) => value !== undefined),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

test("what is encoded comes back as it was, to the last bit", () => {
  fc.assert(
    fc.property(plain, (value) => {
      expect(decode(encode(value))).toStrictEqual(value);
    }),
    fixed,
  );
});

test("the order of keys changes no byte", () => {
  const members = fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([key]) => key, maxLength: 8 });
  fc.assert(
    fc.property(members, (entries) => {
      const backwards = entries.toReversed();
      expect(hex(encode(Object.fromEntries(backwards)))).toBe(hex(encode(Object.fromEntries(entries))));
    }),
    fixed,
  );
});

test("different values have different bytes", () => {
  fc.assert(
    fc.property(plain, plain, (a, b) => {
      if (hex(encode(a)) === hex(encode(b))) expect(a).toStrictEqual(b);
    }),
    fixed,
  );
  const alike = [
    0,
    -0,
    "0",
    false,
    null,
    undefined,
    [],
    {},
    new Uint8Array(0),
    new Uint32Array(0),
    new Float64Array(0),
  ];
  expect(new Set(alike.map((value) => hex(encode(value)))).size).toBe(alike.length);
});

test("the edges of numbers survive, and every NaN is the same NaN", () => {
  for (const edge of [-0, 5e-324, -2.2e-308, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e300, Infinity, -Infinity, NaN])
    for (const value of [edge, [edge], Float64Array.of(edge)]) expect(decode(encode(value))).toStrictEqual(value);
  const quiet = new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer)[0];
  expect(hex(encode(quiet))).toBe("fb7ff8000000000000");
});

test("members that are undefined are left out", () => {
  expect(hex(encode({ a: undefined, b: 1 }))).toBe(hex(encode({ b: 1 })));
});

test("a view of a longer buffer is encoded alone, and is its own memory when decoded", () => {
  const whole = Float64Array.of(1, 2, 3, 4);
  const bytes = encode(whole.subarray(1, 3));
  const back = decode(bytes) as Float64Array;
  bytes.fill(0);
  expect(back).toEqual(Float64Array.of(2, 3));
});

test.each([
  ["Float32Array", new Float32Array(1)],
  ["Int32Array", new Int32Array(1)],
  ["BigInt64Array", new BigInt64Array(1)],
  ["ArrayBuffer", new ArrayBuffer(1)],
  ["Map", new Map([["a", 1]])],
  ["Set", new Set([1])],
  ["Date", new Date(0)],
  ["bigint", 1n],
  ["function", () => 1],
  ["symbol", Symbol("a")],
])("a %s would come back as something else, and is refused wherever it stands", (_type, value) => {
  expect(() => encode(value)).toThrow();
  expect(() => encode({ deep: [value] })).toThrow();
});

// The bytes by hand from RFC 8949 and RFC 8746, the digest by sha256sum: these must never change, journals hold them.
test("a fixed value has fixed bytes and a fixed digest", async () => {
  const value = { c: Float64Array.of(1), b: [1.5, "x"], a: 1 };
  expect(hex(encode(value))).toBe("a3616101616282fb3ff800000000000061786163d85648000000000000f03f");
  expect(await digest(value)).toBe("sha256:82f0d886010b298282186cfb7ea960c50d74da8a83335411ceed4a5492da4c3c");
});

test("digests are SHA-256 in hexadecimal", async () => {
  const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  expect(await digestBytes(new Uint8Array(0))).toBe(`sha256:${empty}`);
  const braces = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
  expect(await digestJson({})).toBe(`sha256:${braces}`);
});

test("canonical JSON is that of RFC 8785, sections 3.2.2 and 3.2.3", () => {
  const text = String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`;
  expect(canonicalJson(JSON.parse(text))).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
  const keys = ["\u20ac", "\r", "\ufb33", "1", "\ud83d\ude00", "\u0080", "\u00f6"];
  const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\ud83d\ude00", "\ufb33"];
  const ordered = canonicalJson(Object.fromEntries(keys.map((key, index) => [key, index])));
  expect(Array.from(ordered.matchAll(/(\d)[,}]/g), ([, index]) => keys[Number(index)])).toEqual(sorted);
});

test.each([
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555555", "333333333.3333333"],
])("the number %s is written %s (RFC 8785, appendix B)", (bits, text) => {
  expect(canonicalJson(new Float64Array(BigUint64Array.of(BigInt(`0x${bits}`)).buffer)[0])).toBe(text);
});

test.each([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["a lone surrogate", "\ud83d"],
  ["undefined", undefined],
  ["a function", () => 1],
  ["a bigint", 1n],
])("canonical JSON refuses %s", (_what, value) => {
  expect(() => canonicalJson(value)).toThrow();
});
