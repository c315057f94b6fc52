// The rows of the table of errors that are about twins: their state, branches, links, patches and streams.

/** A row of the table (`errors.ts`). */
export interface ErrorFacts {
  /** HTTP status of the problem that reports it. */
  status: number;
  /** Who can mend it. */
  blame: "caller" | "plugin" | "backend" | "platform";
  /** One sentence for the reference. */
  means: string;
  /** True only where asking again costs nothing, or carries the same idempotency key. */
  retry: boolean;
}

export const TWIN_ERRORS = {
  "twin.not-found": { status: 404, blame: "caller", retry: false, means: "There is no such twin, or it is not yours." },
  "twin.exists": { status: 409, blame: "caller", retry: false, means: "A twin with this id is there already." },
  "twin.part-not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "The twin is there, and nothing stands at this path of it.",
  },
  "twin.revision-not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "The twin's history has no such revision, or begins after that time.",
  },
  "twin.revision-mismatch": {
    status: 412,
    blame: "caller",
    retry: false,
    means: "The twin is not as `If-Match` or `If-None-Match` says: it has changed, or is or is not there.",
  },
  "twin.if-match-required": {
    status: 428,
    blame: "caller",
    retry: false,
    means: "A PUT or DELETE that would change something that is there needs `If-Match`, with an ETag or `*`.",
  },
  "branch.not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "The twin is there, and has no such branch.",
  },
  "branch.exists": { status: 409, blame: "caller", retry: false, means: "The twin has a branch of this name already." },
  "branch.limit-reached": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The twin has as many branches as it may, or the branch holds as much as it may.",
  },
  "branch.conflict": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The twin has changed what the branch has changed too, since the branch was made; nothing was promoted.",
  },
  "branch.type-fixed": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "A branch keeps the type that it was made with; only a twin is upgraded.",
  },
  "link.unknown": { status: 422, blame: "caller", retry: false, means: "The twin's type has no such link." },
  "link.target-not-found": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "There is no such twin to link to, or it is not yours.",
  },
  "link.wrong-type": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The link leads to twins of another type.",
  },
  "patch.invalid": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The patch is none, or cannot be applied here; nothing was changed. `at` names the operation.",
  },
  "patch.test-failed": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "A `test` of the JSON Patch found another value; nothing was changed.",
  },
  "twin.type-unknown": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "No bound plugin declares this twin type.",
  },
  "twin.upgrade-failed": {
    status: 422,
    blame: "plugin",
    retry: false,
    means: "The twin could not be brought to the newer major of its type; it stays what it was, and fully usable.",
  },
  "twin.no-upgrade": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "No bound plugin upgrades a twin of this type to that one.",
  },
  "twin.not-upgraded": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The twin has no upgrade that could be undone.",
  },
  "stream.unknown": { status: 422, blame: "caller", retry: false, means: "The twin's type has no such stream." },
  "stream.unit-unknown": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The value is in a unit that does not convert into the one that the stream is kept in.",
  },
  "stream.point-too-old": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The point was observed longer ago than its stream keeps points.",
  },
  "stream.too-dense": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "There are more points in the range than this way of reading takes.",
  },
  "stream.value-not-finite": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "A value is infinite or not a number.",
  },
} as const satisfies Record<string, ErrorFacts>;
