// Conditions of a write: what `If-Match` and `If-None-Match` say, and where one is needed (RFC 9110, RFC 6585).

import { refuse } from "@eigentwin/core";
import type { Condition } from "./contract.ts";

/** What the condition is about: its revision, or nothing where it is not there. */
export function checkCondition({ match, noneMatch }: Condition, revision: number | undefined): void {
  const isIn = (revisions: "any" | readonly number[]) =>
    revision !== undefined && (revisions === "any" || revisions.includes(revision));
  const stands = revision === undefined ? "nothing stands there" : `the twin has revision ${revision}`;
  const hint = "Read it again, look at what has changed, and send its present ETag.";
  if (match !== undefined && !isIn(match))
    refuse("twin.revision-mismatch", `${stands}, which is not what If-Match says`, { at: "header if-match", hint });
  if (noneMatch !== undefined && isIn(noneMatch))
    refuse("twin.revision-mismatch", `${stands}, which If-None-Match excludes`, { at: "header if-none-match", hint });
}

/** Where something would be lost. */
export function needMatch({ match }: Condition): void {
  if (match === undefined)
    refuse("twin.if-match-required", "this would change something that is there", {
      at: "header if-match",
      hint: "Send the ETag of what you have read as `If-Match`, or `If-Match: *` to write whatever stands there.",
    });
}
