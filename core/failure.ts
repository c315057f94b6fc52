// Every way in which a request can fail: the codes are API and stay, the words beside them may improve.

interface ErrorFacts {
  /** HTTP status of the problem that reports it. */
  status: number;
  /** Who can mend it. */
  blame: "caller" | "plugin" | "backend" | "platform";
  /** True only where asking again costs nothing, or carries the same idempotency key. */
  retry: boolean;
}

export const ERRORS = {
  "auth.missing-key": { status: 401, blame: "caller", retry: false },
  "auth.wrong-key": { status: 401, blame: "caller", retry: false },
  "request.malformed": { status: 400, blame: "caller", retry: false },
  "request.invalid": { status: 422, blame: "caller", retry: false },
  "request.too-large": { status: 413, blame: "caller", retry: false },
  "request.unsupported-media-type": { status: 415, blame: "caller", retry: false },
  "request.key-reused": { status: 409, blame: "caller", retry: false },
  "route.not-found": { status: 404, blame: "caller", retry: false },
  "twin.not-found": { status: 404, blame: "caller", retry: false },
  "twin.exists": { status: 409, blame: "caller", retry: false },
  "twin.type-unknown": { status: 422, blame: "caller", retry: false },
  "twin.precondition-failed": { status: 412, blame: "caller", retry: false },
  "stream.unknown": { status: 422, blame: "caller", retry: false },
  "stream.unit-unknown": { status: 422, blame: "caller", retry: false },
  "stream.value-not-finite": { status: 422, blame: "caller", retry: false },
  "dataset.not-found": { status: 404, blame: "caller", retry: false },
  "dataset.malformed": { status: 422, blame: "caller", retry: false },
  "dataset.no-individual": { status: 422, blame: "caller", retry: false },
  "model.not-found": { status: 404, blame: "caller", retry: false },
  "run.not-found": { status: 404, blame: "caller", retry: false },
  "capability.not-found": { status: 404, blame: "caller", retry: false },
  "capability.refused": { status: 422, blame: "caller", retry: false },
  "subject.wrong-type": { status: 422, blame: "caller", retry: false },
  "program.invalid": { status: 422, blame: "plugin", retry: false },
  "budget.exceeded": { status: 402, blame: "caller", retry: false },
  "backend.not-found": { status: 404, blame: "caller", retry: false },
  "backend.none-fits": { status: 422, blame: "caller", retry: false },
  "backend.refused": { status: 422, blame: "caller", retry: false },
  "backend.unavailable": { status: 503, blame: "backend", retry: true },
  "backend.broke-contract": { status: 502, blame: "backend", retry: false },
  "plugin.broke-contract": { status: 502, blame: "plugin", retry: false },
  "plugin.never-settled": { status: 504, blame: "plugin", retry: false },
  "run.cancelled": { status: 409, blame: "caller", retry: false },
  "run.diverged": { status: 502, blame: "plugin", retry: false },
  "run.plugin-changed": { status: 409, blame: "platform", retry: true },
  "run.attempts-exhausted": { status: 500, blame: "platform", retry: true },
  "platform.fault": { status: 500, blame: "platform", retry: true },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERRORS;

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
