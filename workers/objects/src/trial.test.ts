// A trial tells what would have come of a change, and leaves nothing of it.

import { expect, test } from "vitest";
import { testStorage } from "../testing/storage.ts";
import { written } from "./trial.ts";

const opened = () => {
  const { storage } = testStorage();
  storage.sql.exec("CREATE TABLE kept (value INTEGER)");
  const count = () => storage.sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM kept").one().rows;
  const insert = () => {
    storage.transactionSync(() => storage.sql.exec("INSERT INTO kept VALUES (1)"));
    return count();
  };
  return { storage, count, insert };
};

test("a change stays, a trial of it does not, and both say the same", () => {
  const { storage, count, insert } = opened();
  expect(written(storage, true, insert)).toBe(1);
  expect(count()).toBe(0);
  expect(written(storage, false, insert)).toBe(1);
  expect(count()).toBe(1);
});

test("what a trial throws is thrown, and nothing of it stays", () => {
  const { storage, count, insert } = opened();
  const failing = () => {
    insert();
    throw new Error("refused");
  };
  expect(() => written(storage, true, failing)).toThrow("refused");
  expect(count()).toBe(0);
});
