// What a check is: one sentence that must hold of one thing that the manifest declares.

import { Refusal } from "../failure.ts";
import type { Manifest } from "../plugin.ts";
import type { Kit } from "./kit.ts";

/** What a check is about, by area: the manifest itself, or one entry of one of its lists. */
export interface Subjects {
  manifest: Manifest;
  "twin-type": Manifest["twinTypes"][number];
  capability: Manifest["capabilities"][number];
  backend: Manifest["backends"][number];
  reader: Manifest["readers"][number];
}

export type Area = keyof Subjects;

export interface Check<On extends Area = Area> {
  /** `backend.bit-order`: its area and its name. */
  id: `${On}.${string}`;
  /** What must hold, as a sentence about the subject. */
  title: string;
  /** Why the manifest makes it pointless; nothing where it applies. */
  skip?(subject: Subjects[On], kit: Kit): string | undefined;
  /** Complains where it does not hold. */
  run(subject: Subjects[On], kit: Kit): Promise<void>;
}

export interface Finding {
  check: string;
  /** Id or name of what was checked. */
  about: string;
  title: string;
  state: "passed" | "failed" | "skipped";
  /** Why it failed or was skipped. */
  detail?: string;
}

class Complaint extends Error {}
class Skipped extends Error {}

export function complain(what: string): never {
  throw new Complaint(what);
}

/** What another check has to say first: without it this one says nothing. */
export function leaveTo(check: Check["id"], why: string): never {
  throw new Skipped(`${why}: see ${check}`);
}

/** Skips while it runs, for what only a run can show. */
export function skipBecause(why: string): never {
  throw new Skipped(why);
}

export async function judge(work: () => Promise<void>): Promise<Pick<Finding, "state" | "detail">> {
  try {
    await work();
    return { state: "passed" };
  } catch (error) {
    if (error instanceof Skipped) return { state: "skipped", detail: error.message };
    if (error instanceof Complaint || error instanceof Refusal) return { state: "failed", detail: error.message };
    return {
      state: "failed",
      detail: `it threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    };
  }
}
