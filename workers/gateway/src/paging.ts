// Opaque cursors over a key order: stable while rows come and go.

import * as v from "valibot";
import { refuse } from "@eigentwin/core";

export const pageQuery = v.object({
  limit: v.optional(v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(200)), "50"),
  cursor: v.optional(v.string()),
});

export const encodeCursor = (lastId: string): string =>
  btoa(lastId).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export function decodeCursor(cursor: string | undefined): string {
  if (cursor === undefined) return "";
  try {
    return atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return refuse("request.invalid", "this cursor was not made here", {
      at: "query cursor",
      hint: "Pass on the `next` of the page before.",
    });
  }
}

/** One row more than asked for tells whether there is a next page. */
export function page<Row extends { id: string }>(rows: readonly Row[], limit: number) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor(last.id) : null };
}
