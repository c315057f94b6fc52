// However much of a message was refused, what is told of it can be kept: a row of a Durable Object has at most 2 MB.

import { expect, test } from "vitest";
import { boundedItems, bytesOf, MOST_FAILURE_BYTES } from "./bounded-items.ts";
import type { Taken } from "./take.ts";

const refused = (at: string, failures: number, message = "no"): Taken => ({
  at,
  outcome: "refused",
  failures: Array.from({ length: failures }, (_, index) => ({
    code: "hook.not-mapped",
    message,
    at: `${at}/${index}`,
  })),
});

test("of an item the first failures are told, and how many more there were", () => {
  const [few, many, none] = boundedItems([refused("/0", 10), refused("/1", 100), { at: "/2", outcome: "taken" }]);
  expect(few).toEqual(refused("/0", 10));
  expect(many).toEqual({ ...refused("/1", 10), moreFailures: 90 });
  expect(none).toEqual({ at: "/2", outcome: "taken" });
});

test("of a message so many failures are told as have room, in bytes", () => {
  const items = Array.from({ length: 1000 }, (_, index) => refused(`/${index}`, 10, "\u{1F300}".repeat(200)));
  const told = boundedItems(items);
  expect(told[0]).toEqual(items[0]);
  expect(told.at(-1)).toEqual({ at: "/999", outcome: "refused", failures: [], moreFailures: 10 });
  const bytes = told.reduce((sum, { failures = [] }) => sum + failures.reduce((own, one) => own + bytesOf(one), 0), 0);
  expect(bytes).toBeLessThanOrEqual(MOST_FAILURE_BYTES);
});
