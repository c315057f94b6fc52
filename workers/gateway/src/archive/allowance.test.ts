// What a restore takes in all.

import { expect, test } from "vitest";
import { Allowance, MOST_BYTES, MOST_MEMBERS } from "./allowance.ts";

const member = (path: string, bytes: number) => ({ path, bytes, digest: "" });

test("bytes are counted with those that are there, and once for a member that comes again", () => {
  const allowance = new Allowance([member("a", MOST_BYTES - 10)]);
  allowance.take("b", 10);
  allowance.take("b", 10);
  expect(() => allowance.take("c", 1)).toThrow("at most");
  allowance.take("a", 5);
  allowance.take("c", 1);
});

test("members are counted, however small", () => {
  const allowance = new Allowance(Array.from({ length: MOST_MEMBERS }, (_, index) => member(`${index}`, 0)));
  allowance.take("0", 0);
  expect(() => allowance.take("one more", 0)).toThrow("at most");
});
