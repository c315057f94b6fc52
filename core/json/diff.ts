// What makes one JSON value of another, as JSON Patch. Members are told one by one; an array that differs is told whole.

import { isJsonObject, pointer } from "./pointer.ts";

/** The operations that a difference consists of; a patch that somebody sends may have others (`patch.ts`). */
export type Difference = { op: "add" | "replace"; path: string; value: unknown } | { op: "remove"; path: string };

/** The same JSON: the order of members means nothing. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameJson(a[name], b[name]))
  );
}

/** Empty where both are the same. */
export const diffOf = (before: unknown, after: unknown): Difference[] => [...differences(before, after, [])];

function* differences(before: unknown, after: unknown, at: readonly string[]): Generator<Difference> {
  if (!isJsonObject(before) || !isJsonObject(after)) {
    if (!isSameJson(before, after)) yield { op: "replace", path: pointer(at), value: after };
    return;
  }
  for (const [name, value] of Object.entries(before)) {
    if (Object.hasOwn(after, name)) yield* differences(value, after[name], [...at, name]);
    else yield { op: "remove", path: pointer([...at, name]) };
  }
  for (const [name, value] of Object.entries(after))
    if (!Object.hasOwn(before, name)) yield { op: "add", path: pointer([...at, name]), value };
}
