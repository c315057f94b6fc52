// What a branch and its twin have each changed since the branch was made, and whether both can stand.

import { isSameJson, namesOf, pointer, type Difference } from "@eigentwin/core";
import { differenceOf, type HistoricState } from "../history.ts";

export interface Merge {
  changes: Difference[];
  twinChanges: Difference[];
  /** Of the branch's changes, those that the twin has not made by itself. */
  missing: Difference[];
  /** Where one changed what the other changed too, or something in it or around it, and not to the same. */
  conflicts: string[];
}

export function mergeOf(base: HistoricState, branch: HistoricState, twin: HistoricState): Merge {
  const [changes, twinChanges] = [differenceOf(base, branch), differenceOf(base, twin)];
  const theirs = new Map(twinChanges.map((change) => [change.path, change]));
  const around = new Set(twinChanges.flatMap(({ path }) => waysTo(path)));
  const missing = changes.filter((change) => !isSameJson(theirs.get(change.path), change));
  const conflicts = missing
    .map(({ path }) => path)
    .filter((path) => theirs.has(path) || around.has(path) || waysTo(path).some((way) => theirs.has(way)));
  // A branch keeps its type, so that it has no such change of its own.
  return { changes, twinChanges, missing, conflicts: twin.type === branch.type ? conflicts : ["/type", ...conflicts] };
}

/** To all that holds what stands at a path. */
const waysTo = (path: string): string[] => {
  const names = namesOf(path) ?? [];
  return names.map((_, length) => pointer(names.slice(0, length)));
};
