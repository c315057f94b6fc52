// Which bodies go with a tenant, and that they go however many they are.

import { expect, test } from "vitest";
import type { Env } from "../env.ts";
import { deleteBodies, erasable } from "./bodies.ts";

const HEX = (digit: string) => digit.repeat(64);
const marks: Record<string, string | undefined> = {
  [`models/${HEX("a")}`]: "own",
  [`models/${HEX("b")}`]: "other",
  [`models/${HEX("c")}`]: undefined,
};
const deleted: string[][] = [];
const env = {
  BODIES: {
    head: async (key: string) => (key in marks ? { customMetadata: marks[key] && { tenant: marks[key] } } : null),
    delete: async (keys: string[]) => void deleted.push(keys),
  },
} as unknown as Env;

test("of what is named only the tenant's own goes; a key that nobody has keeps nothing from going", async () => {
  const own = `models/own/${HEX("d")}`;
  const named = [
    own,
    ...Object.keys(marks),
    `models/other/${HEX("e")}`,
    "restoring/other/manifest.json",
    "x".repeat(2000),
  ];
  const [a, , c] = Object.keys(marks);
  expect(await erasable(env, named, { tenant: "own", isUnmarkedOwn: false })).toEqual([own, a]);
  expect(await erasable(env, named, { tenant: "own", isUnmarkedOwn: true })).toEqual([own, a, c]);
});

test("storage is asked for no more at once than it takes", async () => {
  await deleteBodies(
    env,
    Array.from({ length: 2001 }, (_, index) => `${index}`),
  );
  expect(deleted.map(({ length }) => length)).toEqual([1000, 1000, 1]);
});
