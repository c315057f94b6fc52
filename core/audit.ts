// The audit log of a tenant: a chain in which each entry holds the hash of the one before. It holds who did what to which
// path, and digests; never a value, so it stays whole when what it tells of is erased.

import { digestBytes, type Digest } from "./codec.ts";

/** What the writer of a change says of it. */
export interface AuditNote {
  /** Id of the key; null where the platform did it by itself. */
  by: string | null;
  /** Inside the target: `/properties/place`. */
  path: string;
  /** HMAC-SHA-256 of the content under a key that goes with it; null where nothing was written but the fact itself. */
  digest: string | null;
}

export interface AuditEntry extends AuditNote {
  /** From 1 on, without a gap. */
  number: number;
  /** RFC 3339: when it happened. */
  at: string;
  /** What happened (`twin.changed`), or the route that was asked. */
  action: string;
  /** A path of the API: `/v1/twins/vane-7`. */
  target: string;
  /** `done` with its content in one transaction; else `asked`, and then the status of the answer. */
  outcome: string;
  hash: Digest;
}

/** Where a chain has got to: its last entry, or what stands before the first. */
export type AuditMark = Pick<AuditEntry, "number" | "hash">;

export const AUDIT_BEGIN: AuditMark = { number: 0, hash: `sha256:${"0".repeat(64)}` };

/** The text whose SHA-256 is the hash of an entry. */
export const auditText = (before: Digest, entry: Omit<AuditEntry, "hash">): string => {
  const { number, at, by, action, target, path, outcome, digest } = entry;
  return JSON.stringify([before, number, at, by, action, target, path, outcome, digest]);
};

/** A link that does not hold, and why. */
export interface BrokenLink {
  number: number;
  why: string;
}

/** Follows a stretch of a chain from a mark on: to where it leads, or to the first link that is broken. */
export async function followChain(
  from: AuditMark,
  entries: readonly AuditEntry[],
): Promise<{ mark: AuditMark; broken?: BrokenLink }> {
  let mark = from;
  for (const entry of entries) {
    const expected = mark.number + 1;
    if (entry.number !== expected)
      return { mark, broken: { number: expected, why: `entry ${entry.number} stands where ${expected} should` } };
    const hash = await digestBytes(new TextEncoder().encode(auditText(mark.hash, entry)));
    if (hash !== entry.hash)
      return {
        mark,
        broken: { number: expected, why: "its content, or that of an entry before it, has been changed" },
      };
    mark = { number: expected, hash };
  }
  return { mark };
}
