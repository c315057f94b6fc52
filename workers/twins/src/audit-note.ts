// What a twin's change says in the audit log. Its content is there as a keyed digest: the key goes with the twin, and what is
// left then tells nothing of the content, not even to somebody who guesses it.

import { createHmac } from "node:crypto";
import type { AuditNote } from "@eigentwin/core";
import type { Audited } from "./change.ts";

const KEY_BYTES = 32;

function keyOf(sql: SqlStorage): Uint8Array {
  const [row] = sql.exec<{ key: ArrayBuffer }>("SELECT key FROM audit_key").toArray();
  if (row) return new Uint8Array(row.key);
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  sql.exec("INSERT INTO audit_key VALUES (1, ?)", key.buffer);
  return key;
}

/** Call inside the transaction of the change. `content` is what was written: JSON data, or bytes as they are. */
export function auditNote(sql: SqlStorage, { by, path, content }: Audited): AuditNote {
  if (content === undefined) return { by, path, digest: null };
  const bytes = content instanceof Uint8Array ? content : JSON.stringify(content);
  return { by, path, digest: `hmac-sha256:${createHmac("sha256", keyOf(sql)).update(bytes).digest("hex")}` };
}
