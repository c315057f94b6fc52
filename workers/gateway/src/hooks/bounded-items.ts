// What is told of the items of a message, no longer than can be kept: of failures the first ones, and how many more there were.

import type { Taken } from "./take.ts";

const MOST_OF_AN_ITEM = 10;
/** Of all the failures that are told of a message, as JSON. */
export const MOST_FAILURE_BYTES = 256 * 1024;

const encoder = new TextEncoder();
export const bytesOf = (value: unknown): number => encoder.encode(JSON.stringify(value)).length;

export function boundedItems(items: readonly Taken[]): Taken[] {
  let left = MOST_FAILURE_BYTES;
  return items.map((item) => {
    if (item.failures === undefined) return item;
    const failures = [];
    for (const failure of item.failures.slice(0, MOST_OF_AN_ITEM)) {
      left -= bytesOf(failure);
      if (left < 0) break;
      failures.push(failure);
    }
    const more = item.failures.length - failures.length;
    return { ...item, failures, ...(more > 0 && { moreFailures: more }) };
  });
}
