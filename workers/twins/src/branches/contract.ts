// What a branch is to those who ask: a copy of a twin from one revision, named `<twin>~<branch>`, that is written to by itself.

import type { BranchedFrom, Difference, StateRules } from "@eigentwin/core";
import type { Author, Condition, TwinOrBranch } from "../contract.ts";

export type BranchOrigin = BranchedFrom;

/** From the twin as it is now, unless a revision or a time (RFC 3339) is named. */
export interface BranchDraft extends Author {
  name: string;
  revision?: number;
  at?: string;
}

export interface BranchSummary extends Author {
  /** `<twin>~<branch>` */
  id: string;
  name: string;
  type: string;
  /** Its own by now. */
  revision: number;
  from: BranchOrigin["from"];
  /** That were written to it, corrections too. */
  points: number;
  createdAt: string;
  updatedAt: string;
}

/** What both have become since the branch was made, and what promoting it would change. */
export interface Promotion {
  /** Of the branch, and of the twin that it would be promoted to. */
  revision: number;
  twinRevision: number;
  from: BranchOrigin["from"];
  /** JSON Patch of what the branch has changed since then. */
  changes: Difference[];
  /** JSON Patch of what the twin has changed since then. */
  twinChanges: Difference[];
  /** Where both changed the same, each otherwise: as JSON pointers, none where it can be promoted. */
  conflicts: string[];
  /** Points that would be appended to the twin or correct points of it, by stream. */
  points: Record<string, number>;
}

export interface Promoting {
  branch: string;
  /** Of the twin. */
  condition: Condition;
  author: Author;
  /** As those of a write. */
  rules: StateRules;
  targets: readonly [name: string, target: string][];
}

/** What a branch answers as a twin does. */
export const ON_BRANCHES = [
  "view",
  "subject",
  "part",
  "write",
  "retire",
  "history",
  "past",
  "diff",
  "append",
  "series",
  "buckets",
  "picture",
  "noteRun",
] as const satisfies readonly (keyof TwinOrBranch)[];

/** No id of a twin has it. */
const BETWEEN = "~";

export const branchId = (twin: string, branch: string): string => `${twin}${BETWEEN}${branch}`;

export function partsOf(id: string): { twin: string; branch?: string } {
  const at = id.indexOf(BETWEEN);
  return at < 0 ? { twin: id } : { twin: id.slice(0, at), branch: id.slice(at + 1) };
}
