// What runs about a branch have found. They are of the branch alone: it begins without any, and promotes none.

import type { PersonalParameter } from "@eigentwin/core";
import type { KeptPrediction, RunFinding } from "../contract.ts";

/** The latest so many runs. */
const MOST_KEPT = 100;
const MOST_PREDICTIONS = 20;

/** Call inside a transaction. False where this run was noted before. */
export function noteOnBranch(sql: SqlStorage, branch: string, finding: RunFinding): boolean {
  const { run, madeAt } = finding;
  if (sql.exec("SELECT 1 FROM branch_finding WHERE branch = ? AND run = ?", branch, run).toArray().length > 0)
    return false;
  sql.exec("INSERT INTO branch_finding VALUES (?, ?, ?, ?)", branch, run, madeAt, JSON.stringify(finding));
  sql.exec(
    `DELETE FROM branch_finding WHERE branch = ?1 AND run NOT IN
       (SELECT run FROM branch_finding WHERE branch = ?1 ORDER BY made_at DESC, run LIMIT ?2)`,
    branch,
    MOST_KEPT,
  );
  return true;
}

export function findingsOn(
  sql: SqlStorage,
  branch: string,
): { parameters: Record<string, PersonalParameter>; predictions: KeptPrediction[] } {
  const findings = sql
    .exec<{ body: string }>("SELECT body FROM branch_finding WHERE branch = ? ORDER BY made_at DESC, run", branch)
    .toArray()
    .map(({ body }) => JSON.parse(body) as RunFinding);
  const predictions = findings.flatMap(({ run, capability, verdict, madeAt, prediction }): KeptPrediction[] =>
    prediction ? [{ ...prediction, capability, run, verdict, madeAt }] : [],
  );
  return {
    // The newest comes last.
    parameters: Object.assign({}, ...findings.toReversed().map(({ parameters }) => parameters ?? {})),
    predictions: predictions.slice(0, MOST_PREDICTIONS),
  };
}
