// Whoever is refused too often waits, whichever hooks they try; nobody else does, and nobody is forgotten for their sake.

import { expect, test } from "vitest";
import { Refusals } from "./refusals.ts";

const HERE = { address: "192.0.2.1", path: "own/in" };

test("thirty to one hook wait for the rest of the minute, at that hook alone", () => {
  const refusals = new Refusals();
  for (let count = 0; count < 30; count++) {
    expect(refusals.mustWaitSeconds(HERE, 500)).toBeUndefined();
    refusals.note(HERE, count === 0 ? 0 : 500);
  }
  expect(refusals.mustWaitSeconds(HERE, 500)).toBe(60);
  expect(refusals.mustWaitSeconds({ ...HERE, path: "own/other" }, 500)).toBeUndefined();
  expect(refusals.mustWaitSeconds({ ...HERE, address: "192.0.2.2" }, 500)).toBeUndefined();
  expect(refusals.mustWaitSeconds(HERE, 60_000)).toBeUndefined();
});

test("three hundred of one address wait at every hook", () => {
  const refusals = new Refusals();
  for (let path = 0; path < 299; path++) refusals.note({ ...HERE, path: `own/${path}` }, 0);
  expect(refusals.mustWaitSeconds(HERE, 0)).toBeUndefined();
  refusals.note({ ...HERE, path: "own/last" }, 0);
  expect(refusals.mustWaitSeconds(HERE, 0)).toBe(60);
});

test("senders of no known address do not wait for each other", () => {
  const refusals = new Refusals();
  for (let count = 0; count < 1000; count++) refusals.note({ ...HERE, address: undefined }, 0);
  expect(refusals.mustWaitSeconds({ ...HERE, address: undefined }, 0)).toBeUndefined();
});

test("where too many are counted, the oldest give way and the others stay", () => {
  const refusals = new Refusals();
  const first = { ...HERE, address: "192.0.2.3" };
  for (let count = 0; count < 30; count++) refusals.note(first, 0);
  for (let other = 0; other < 4_000; other++) refusals.note({ address: `other ${other}`, path: "" }, 1);
  for (let count = 0; count < 30; count++) refusals.note(HERE, 2);
  expect(refusals.mustWaitSeconds(first, 2)).toBe(60);
  for (let other = 0; other < 4_000; other++) refusals.note({ address: `another ${other}`, path: "" }, 3);
  expect(refusals.mustWaitSeconds(first, 3)).toBeUndefined();
  expect(refusals.mustWaitSeconds(HERE, 3)).toBe(60);
});
