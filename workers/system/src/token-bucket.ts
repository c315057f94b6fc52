// A bucket of tokens: as many as the quota says at first, and filled evenly, all of them in one window.

import type { Quota, TokenLease } from "./contract.ts";

export interface Bucket {
  tokens: number;
  atMs: number;
}

export const full = ({ requests }: Quota, nowMs: number): Bucket => ({ tokens: requests, atMs: nowMs });

/** As many whole tokens as there are, at most `wanted`. A clock that steps back fills nothing. */
export function lease(
  { tokens, atMs }: Bucket,
  { requests, seconds }: Quota,
  wanted: number,
  nowMs: number,
): TokenLease & { bucket: Bucket } {
  const perMs = requests / (1000 * seconds);
  const filled = Math.min(requests, tokens + Math.max(0, nowMs - atMs) * perMs);
  // What is filled evenly comes in fractions, and a sum of them may lack the last bit.
  const granted = Math.min(Math.floor(filled + 1e-6), wanted);
  const left = Math.max(0, filled - granted);
  return {
    granted,
    left: Math.floor(left),
    nextMs: left >= 1 ? 0 : Math.ceil((1 - left) / perMs),
    fullMs: Math.ceil((requests - left) / perMs),
    bucket: { tokens: left, atMs: Math.max(nowMs, atMs) },
  };
}
