import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Refusal } from "./failure.ts";
import { instancesOf, type Instance } from "./instances.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const PAGE = 65_536;
const LIMITS = { owner: "this test", budgetBytes: 20 * PAGE, keptBytes: 4 * PAGE };

/** The memory of WebAssembly, as its instances have it. */
const Memory = WebAssembly.Memory as unknown as new (size: { initial: number }) => Instance["memory"];

interface Numbered extends Instance {
  readonly number: number;
}

function pool() {
  let started = 0;
  const borrow = instancesOf<Numbered>(() => ({ memory: new Memory({ initial: 1 }), number: ++started }), LIMITS);
  const numberOf = (pages: number) => borrow(pages * PAGE, async ({ number }) => number);
  /** Lent until `end` is called. */
  const lend = (pages: number) => {
    let end = () => {};
    const done = borrow(pages * PAGE, ({ number }) => new Promise<number>((resolve) => (end = () => resolve(number))));
    return { done, end: () => end() };
  };
  return { borrow, numberOf, lend };
}

/** References are cleared between two turns, after a collection. */
async function collected(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve));
  collect();
}

test("a small program uses the memory of the one before, and grows it", async () => {
  const { borrow, numberOf } = pool();
  expect(await numberOf(1)).toBe(1);
  expect(await numberOf(3)).toBe(1);
  expect(await borrow(1, async ({ memory }) => memory.buffer.byteLength)).toBe(3 * PAGE);
});

test("programs at once have an instance each, and one that fails gives its own back", async () => {
  const { borrow, numberOf, lend } = pool();
  const first = lend(1);
  expect(await numberOf(1)).toBe(2);
  first.end();
  expect(await first.done).toBe(1);
  await expect(borrow(1, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await numberOf(1)).toBe(2);
});

test("after a large program small ones have a fresh instance, and its memory is collected", async () => {
  const { borrow, numberOf } = pool();
  const memory = await borrow(12 * PAGE, async (one) => new WeakRef(one.memory));
  expect(await numberOf(2)).toBe(2);
  await collected();
  expect(memory.deref()).toBeUndefined();
  expect(await numberOf(2)).toBe(2);
  expect(await numberOf(18 - 2)).toBe(2);
});

test("until it is collected, a large instance serves the next large program", async () => {
  const { numberOf } = pool();
  expect(await numberOf(16)).toBe(1);
  expect(await numberOf(2)).toBe(2);
  expect(await numberOf(18)).toBe(1);
});

test("a small program for which there is no room beside it uses it as well", async () => {
  const { numberOf } = pool();
  expect(await numberOf(18)).toBe(1);
  expect(await numberOf(3)).toBe(1);
});

test("what others use is refused, and is there once they have ended", async () => {
  const { numberOf, lend } = pool();
  const first = lend(15);
  const refused = await numberOf(6).catch((error: unknown) => error as Refusal);
  expect(refused).toMatchObject({ failure: { code: "backend.unavailable", hint: "Ask again in a few seconds." } });
  expect(await numberOf(5)).toBeGreaterThan(1);
  first.end();
  expect(await first.done).toBe(1);
  expect(await numberOf(15)).toBe(1);
});

test("an instance that is kept does not stand in the way of a program that takes the whole budget", async () => {
  const { numberOf } = pool();
  expect(await numberOf(4)).toBe(1);
  expect(await numberOf(20)).toBe(1);
  await collected();
  expect(await numberOf(4)).toBe(2);
  expect(await numberOf(12)).toBe(2);
  expect(await numberOf(4)).toBe(3);
  expect(await numberOf(20)).toBe(2);
});

test("an instance that is never returned counts until it is collected", async () => {
  const { numberOf, borrow } = pool();
  void borrow(16 * PAGE, () => new Promise(() => {}));
  await expect(numberOf(8)).rejects.toThrow(/this test/);
  await collected();
  expect(await numberOf(8)).toBeGreaterThan(1);
});
