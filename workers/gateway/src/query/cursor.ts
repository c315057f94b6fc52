// Where a query goes on: the last twin of the page before, what the query was, and the time that its pages may share.

import * as v from "valibot";
import { digestJson, refuse } from "@eigentwin/core";
import type { Position } from "./select.ts";

export interface Cursor {
  query: string;
  /** Of the first page, where what is stale was asked. */
  nowMs?: number;
  after: Position;
}

const shape = v.strictTuple([
  v.string(),
  v.nullable(v.number()),
  v.union([v.number(), v.string(), v.null()]),
  v.string(),
]);

/** Of everything that decides which twins come, and in which order. */
export const queryDigest = async (parts: readonly unknown[]): Promise<string> => (await digestJson(parts)).slice(7, 23);

export function encodeQueryCursor({ query, nowMs, after }: Cursor): string {
  const bytes = new TextEncoder().encode(JSON.stringify([query, nowMs ?? null, after.value, after.id]));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

export function decodeQueryCursor(cursor: string, query: string): Cursor {
  const refused = (why: string) =>
    refuse("query.invalid", why, {
      at: "query cursor",
      hint: "Pass on the `next` of the page before, with the same query.",
    });
  const read = v.safeParse(shape, jsonIn(cursor));
  if (!read.success) return refused("this cursor was not made here");
  const [of, nowMs, value, id] = read.output;
  return of === query
    ? { query, ...(nowMs !== null && { nowMs }), after: { value, id } }
    : refused("this cursor belongs to another query");
}

function jsonIn(cursor: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(cursor, { alphabet: "base64url" })));
  } catch {
    return undefined;
  }
}
