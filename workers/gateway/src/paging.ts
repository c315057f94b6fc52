// Opaque cursors over a key order: stable while rows come and go.

import * as v from "valibot";
import { refuse } from "@eigentwin/core";

const limitUpTo = (most: number, usual: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.transform(Number),
      v.integer("a limit is a whole number"),
      v.minValue(1, "a page has at least 1 item"),
      v.maxValue(most, `a page has at most ${most} items`),
    ),
    String(usual),
  );

/** What a listing takes: `most` items a page, `usual` where the caller does not say. */
export const pageQueryOf = (most: number, usual: number) =>
  v.strictObject({
    limit: limitUpTo(most, usual),
    cursor: v.optional(v.pipe(v.string(), v.description("`next` of the page before"))),
  });

export const pageQuery = pageQueryOf(200, 50);

/** Of the parts of a key, in order. */
export const encodeCursor = (parts: readonly (string | number)[]): string =>
  btoa(parts.join(" ")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** The parts of the last key of the page before, or of another opaque text: as many as `pattern` has groups. */
export function decodeCursor(cursor: string, pattern: RegExp, at = "query cursor"): string[] {
  let text = "";
  try {
    text = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    // Not base64: it matches no pattern either.
  }
  return (
    pattern.exec(text)?.slice(1) ??
    refuse("request.invalid", `this ${at.split(" ").at(-1)} was not made here`, {
      at,
      hint: at === "query cursor" ? "Pass on the `next` of the page before." : "Pass on what an answer has told.",
    })
  );
}

/** For listings in order of id: everything sorts after the empty text. */
export const afterId = (cursor: string | undefined): string =>
  cursor === undefined ? "" : (decodeCursor(cursor, /^([\w.:-]+)$/)[0] ?? "");

const byId = ({ id }: { id: string }): string[] => [id];

/** One row more than asked for tells whether there is a next page. */
export function page<Row extends { id: string }>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[] = byId,
) {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? encodeCursor(keyOf(last)) : null };
}
