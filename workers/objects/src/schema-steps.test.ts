import { expect, test } from "vitest";
import { testStorage } from "../testing/storage.ts";
import { exists, prepareStorage } from "./schema-steps.ts";

const FIRST = "CREATE TABLE thing (name TEXT); CREATE TABLE other (name TEXT);";
const SECOND = "ALTER TABLE thing ADD COLUMN size INTEGER";

const names = (storage: DurableObjectStorage) => storage.sql.exec<{ name: string }>("SELECT * FROM thing").toArray();

test("an object exists from its first write on", () => {
  const { storage } = testStorage();
  expect(exists(storage)).toBe(false);
  prepareStorage(storage, [FIRST], () => storage.sql.exec("INSERT INTO thing VALUES (?)", "a"));
  expect(exists(storage)).toBe(true);
  expect(names(storage)).toEqual([{ name: "a" }]);
});

test("a first write that fails leaves no object behind", () => {
  const { storage } = testStorage();
  const write = () => {
    throw new Error("the row is too large");
  };
  expect(() => prepareStorage(storage, [FIRST], write)).toThrow("too large");
  expect(exists(storage)).toBe(false);
});

test("each step is taken once, and what was there stays", () => {
  const { storage } = testStorage();
  prepareStorage(storage, [FIRST], () => storage.sql.exec("INSERT INTO thing VALUES (?)", "a"));
  prepareStorage(storage, [FIRST, SECOND]);
  prepareStorage(storage, [FIRST, SECOND]);
  expect(names(storage)).toEqual([{ name: "a", size: null }]);
});
