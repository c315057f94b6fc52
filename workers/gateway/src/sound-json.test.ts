import fc from "fast-check";
import { expect, test } from "vitest";
import { faultOfJson } from "./sound-json.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const nested = (depth: number) => bytesOf("[".repeat(depth) + "]".repeat(depth));

test("what is nested deeper than anything here can be is refused before it is parsed", () => {
  expect(faultOfJson(nested(100))).toBeUndefined();
  expect(faultOfJson(nested(101))?.code).toBe("request.invalid");
  expect(faultOfJson(nested(100_000))?.code).toBe("request.invalid");
  expect(faultOfJson(bytesOf(`${'{"a":'.repeat(101)}1${"}".repeat(101)}`))?.code).toBe("request.invalid");
});

test("brackets in texts nest nothing, whatever is escaped there", () => {
  expect(faultOfJson(bytesOf(JSON.stringify("[".repeat(1000))))).toBeUndefined();
  expect(faultOfJson(bytesOf(`["\\"${"[".repeat(1000)}", "\\\\"]`))).toBeUndefined();
});

test("property: what JSON.stringify writes of shallow values passes", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      expect(faultOfJson(bytesOf(JSON.stringify(value)))).toBeUndefined();
    }),
    { seed: 5, numRuns: 200 },
  );
});

test("bytes that are no UTF-8 are refused, not replaced", () => {
  expect(faultOfJson(Uint8Array.of(0x22, 0xff, 0xfe, 0x22))?.code).toBe("request.malformed");
});
