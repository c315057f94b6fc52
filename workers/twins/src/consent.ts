// Consent of a person to purposes: what is allowed now, and every change of it with who and when. A twin of a personal type
// allows nothing until it has been consented to.

import { fail, refuse, succeed, type Outcome } from "@eigentwin/core";
import { checkCondition } from "./condition.ts";
import type { ConsentChange, ConsentEntry, ConsentView } from "./contract.ts";
import { keepChange } from "./history.ts";
import { readTwin, type TwinRecord } from "./twin-record.ts";

/** Purposes that one twin has ever been asked for. */
const MOST_PURPOSES = 100;

interface ConsentRow extends Record<string, SqlStorageValue> {
  number: number;
  purpose: string;
  allowed: number;
  at: string;
  changed_by: string | null;
  reason: string | null;
  revision: number;
}

const entryOf = ({ number, purpose, allowed, at, changed_by: by, reason, revision }: ConsentRow): ConsentEntry => ({
  number,
  purpose,
  isAllowed: allowed === 1,
  at,
  by,
  reason,
  revision,
});

const lastOf = (sql: SqlStorage, purpose: string): ConsentRow | undefined =>
  sql.exec<ConsentRow>("SELECT * FROM consent WHERE purpose = ? ORDER BY number DESC LIMIT 1", purpose).toArray()[0];

/** Fails where the twin is personal and the purpose is not one that it allows now. */
export function permits(sql: SqlStorage, purpose: string | null): Outcome<undefined> {
  const { personal } = sql.exec<{ personal: number }>("SELECT personal FROM twin").one();
  if (personal === 0) return succeed(undefined);
  if (purpose === null)
    return fail("consent.purpose-required", "this twin is of a person: it is read for a purpose", {
      at: "header eigentwin-purpose",
      hint: "Say what for: `Eigentwin-Purpose`, or `purpose` of a run. It must be one that the person has consented to.",
    });
  return lastOf(sql, purpose)?.allowed === 1
    ? succeed(undefined)
    : fail("consent.not-given", `there is no consent to the purpose "${purpose}"`, {
        hint: "GET /v1/twins/{id}/consent tells what is allowed.",
      });
}

export function consentOf(
  sql: SqlStorage,
  { revision, isPersonal }: TwinRecord,
  before: number | null,
  limit: number,
): ConsentView {
  const allowed = sql
    .exec<ConsentRow>(
      "SELECT * FROM consent WHERE number IN (SELECT max(number) FROM consent GROUP BY purpose) AND allowed = 1 ORDER BY purpose",
    )
    .toArray()
    .map(({ purpose, at, changed_by: by }) => ({ purpose, since: at, by }));
  const rows = sql
    .exec<ConsentRow>(
      "SELECT * FROM consent WHERE number < ? ORDER BY number DESC LIMIT ?",
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    )
    .toArray();
  return { revision, personal: isPersonal, allowed, changes: rows.map(entryOf) };
}

/** Call inside a transaction. What stands so already is no change: false. */
export function changeConsent(sql: SqlStorage, twin: TwinRecord, change: ConsentChange, now: string): boolean {
  const { purpose, isAllowed, condition, author } = change;
  if (!twin.isPersonal)
    refuse("twin.not-personal", `a ${twin.type} is not personal: nobody's consent is kept for it`, {
      hint: "GET /v1/twin-types tells which types are personal.",
    });
  checkCondition(condition, twin.revision);
  const last = lastOf(sql, purpose);
  if ((last?.allowed === 1) === isAllowed) return false;
  const { count } = sql.exec<{ count: number }>("SELECT count(DISTINCT purpose) AS count FROM consent").one();
  if (!last && count >= MOST_PURPOSES)
    refuse("request.too-large", `consent is kept for at most ${MOST_PURPOSES} purposes of a twin`);
  const revision = twin.revision + 1;
  sql.exec("UPDATE twin SET revision = ?", revision);
  sql.exec(
    `INSERT INTO consent (purpose, allowed, at, changed_by, reason, revision)
     VALUES (?, ?, max(?, coalesce((SELECT max(at) FROM consent), '')), ?, ?, ?)`,
    purpose,
    isAllowed ? 1 : 0,
    now,
    author.by,
    author.reason,
    revision,
  );
  const kind = isAllowed ? "consent-given" : "consent-withdrawn";
  keepChange(sql, { before: twin, after: readTwin(sql) ?? twin, kind, author, now });
  return true;
}
