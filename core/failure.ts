// Expected failures are data: an outcome is handed on, a refusal is thrown up to where one is answered.

import type { ErrorCode } from "./errors.ts";

/** What went wrong, as plain data: this is what crosses every process boundary. */
export interface Failure {
  code: ErrorCode;
  /** What happened, with the offending value where it is short. */
  message: string;
  /** What the caller can do next. */
  hint?: string;
  /** Where: a JSON pointer into the request, `line 17`, or the name of a plugin and its step. */
  at?: string;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export const succeed = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const fail = (code: ErrorCode, message: string, more: Omit<Failure, "code" | "message"> = {}) =>
  ({ ok: false, failure: { code, message, ...more } }) as const;

/**
 * A failure on its way up inside one process. Thrown by `refuse` and `unwrap`, turned back into data by
 * whoever stands at the boundary; nothing else is ever caught.
 */
export class Refusal extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(`${failure.code}: ${failure.message}`);
    this.failure = failure;
    this.name = "Refusal";
  }
}

export function refuse(code: ErrorCode, message: string, more: Omit<Failure, "code" | "message"> = {}): never {
  throw new Refusal({ code, message, ...more });
}

export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Refusal(outcome.failure);
}
