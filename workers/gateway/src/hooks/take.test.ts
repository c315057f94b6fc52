import { expect, test } from "vitest";
import { eachBy } from "./take.ts";

test("a fault is thrown when nothing is on its way any more, and nothing is begun after it", async () => {
  const [begun, ended]: [number[], number[]] = [[], []];
  const slow = Promise.withResolvers<void>();
  const work = async (one: number) => {
    begun.push(one);
    if (one === 0) throw new Error("the first");
    await slow.promise;
    ended.push(one);
  };
  const all = eachBy(2, [0, 1, 2, 3].values(), work).finally(() => ended.push(-1));
  const faulty = expect(all).rejects.toThrow("the first");
  await new Promise((done) => setImmediate(done));
  expect(ended).toEqual([]);
  slow.resolve();
  await faulty;
  expect({ begun, ended }).toEqual({ begun: [0, 1], ended: [1, -1] });
});
