// Every way in which a request can fail: the codes are API and stay, the words beside them may improve.

import { CONSENT_ERRORS } from "./consent-errors.ts";
import { EVENT_ERRORS } from "./event-errors.ts";

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

export const ERRORS = {
  "auth.missing-key": { status: 401, blame: "caller", retry: false, means: "No API key was sent." },
  "auth.wrong-key": {
    status: 401,
    blame: "caller",
    retry: false,
    means: "The key is not known here, or the header is not a bearer key.",
  },
  "auth.scope-missing": {
    status: 403,
    blame: "caller",
    retry: false,
    means: "The key is good and does not have the scope that this route needs.",
  },
  "auth.csrf": {
    status: 403,
    blame: "caller",
    retry: false,
    means: "A browser's session changes something only with its CSRF token, from a page of an allowed origin.",
  },
  "auth.tenant-suspended": {
    status: 403,
    blame: "caller",
    retry: false,
    means: "The tenant is suspended, or is being restored or deleted: nothing of it is readable or writable.",
  },
  ...CONSENT_ERRORS,
  "request.malformed": {
    status: 400,
    blame: "caller",
    retry: false,
    means: "The body is not well-formed JSON, or the form cannot be parsed.",
  },
  "request.invalid": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The request does not fit its schema; `at` points to the first fault.",
  },
  "request.too-large": {
    status: 413,
    blame: "caller",
    retry: false,
    means: "The body is over the limit of the route.",
  },
  "request.unsupported-media-type": {
    status: 415,
    blame: "caller",
    retry: false,
    means: "The route takes another media type.",
  },
  "request.key-reused": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The idempotency key was used for another question.",
  },
  "tenant.not-found": { status: 404, blame: "caller", retry: false, means: "There is no such tenant." },
  "tenant.exists": { status: 409, blame: "caller", retry: false, means: "A tenant with this id is there already." },
  "tenant.busy": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The tenant is being deleted or restored: what it was asked must wait for the end of that.",
  },
  "key.not-found": { status: 404, blame: "caller", retry: false, means: "There is no such key, or it is not yours." },
  "credential.not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "There is no such credential, or it is not yours.",
  },
  "credential.unreadable": {
    status: 409,
    blame: "platform",
    retry: false,
    means: "A stored credential can no longer be opened; it must be stored again.",
  },
  "archive.malformed": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The archive is not whole, holds what no archive holds, or is not of this tenant; `at` names the member.",
  },
  "archive.incomplete": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The manifest names members that have not come yet, or came with another digest.",
  },
  "archive.too-large": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The archive has more members, bytes or signing keys than a deployment takes.",
  },
  "archive.conflict": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "Something else is stored here under a name that the archive uses.",
  },
  "route.not-found": { status: 404, blame: "caller", retry: false, means: "There is no such route." },
  "route.method-not-allowed": {
    status: 405,
    blame: "caller",
    retry: false,
    means: "The route is there and takes other methods; the header Allow names them.",
  },
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
  "query.invalid": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "A filter, a sort or fields cannot be read, or name what these twins are not found by; `at` tells where.",
  },
  "query.index-behind": {
    status: 503,
    blame: "platform",
    retry: true,
    means:
      "The index does not have everything yet that the query must see; nothing was answered rather than too little.",
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
  "dataset.not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "There is no such dataset, or it is not yours.",
  },
  "dataset.malformed": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The table or file is not whole; `at` names the line or column.",
  },
  "dataset.no-individual": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "No column says to whom a row belongs.",
  },
  "model.not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "There is no such model, or it is not yours.",
  },
  "model.unreadable": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The capability does not read models of this format.",
  },
  "run.not-found": { status: 404, blame: "caller", retry: false, means: "There is no such run, or it is not yours." },
  "run.not-ended": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The run goes on: what was asked for is written when it has ended.",
  },
  ...EVENT_ERRORS,
  "capability.not-found": {
    status: 404,
    blame: "caller",
    retry: false,
    means: "No bound plugin offers this capability or reader.",
  },
  "capability.refused": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The capability cannot answer this question about this subject.",
  },
  "subject.wrong-type": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The capability is asked about another kind of subject.",
  },
  "program.invalid": {
    status: 422,
    blame: "plugin",
    retry: false,
    means: "The plugin wrote a program that no backend could run.",
  },
  "program.syntax": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The OpenQASM text is not well-formed; `at` names line and column.",
  },
  "program.inconsistent": {
    status: 422,
    blame: "caller",
    retry: false,
    means:
      "The OpenQASM text is well-formed and does not fit together: an unknown name, an index outside, a wrong number of qubits.",
  },
  "program.unsupported": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The OpenQASM text is legal and asks for something that circuits do not hold here; the message names it.",
  },
  "budget.exceeded": {
    status: 402,
    blame: "caller",
    retry: false,
    means: "The next program would cost more than the run may spend; it was not sent.",
  },
  "backend.not-found": { status: 404, blame: "caller", retry: false, means: "There is no backend of this name." },
  "backend.none-fits": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "No backend can run what the capability needs; the hint says why each was passed over.",
  },
  "backend.refused": {
    status: 422,
    blame: "caller",
    retry: false,
    means: "The backend cannot run this program, mostly for its size.",
  },
  "backend.unavailable": { status: 503, blame: "backend", retry: true, means: "The backend does not answer now." },
  "backend.unsure": {
    status: 502,
    blame: "backend",
    retry: false,
    means: "An answer was lost and nobody can tell whether the program ran; it was not sent again.",
  },
  "backend.broke-contract": {
    status: 502,
    blame: "backend",
    retry: false,
    means: "The backend returned something that is not a result of the program.",
  },
  "plugin.broke-contract": {
    status: 502,
    blame: "plugin",
    retry: false,
    means: "The plugin threw, or returned the wrong shape.",
  },
  "plugin.never-settled": {
    status: 504,
    blame: "plugin",
    retry: false,
    means: "The plugin neither answered nor asked for anything.",
  },
  "run.cancelled": {
    status: 409,
    blame: "caller",
    retry: false,
    means: "The run was cancelled, or the attempt that asks has been retired.",
  },
  "run.diverged": {
    status: 502,
    blame: "plugin",
    retry: false,
    means: "The run asked for something else when it was replayed, or data that it had read has changed.",
  },
  "run.plugin-changed": {
    status: 409,
    blame: "platform",
    retry: false,
    means: "The plugin was redeployed while the run was under way.",
  },
  "run.attempts-exhausted": {
    status: 500,
    blame: "platform",
    retry: false,
    means: "The run was interrupted too often.",
  },
  "platform.fault": { status: 500, blame: "platform", retry: true, means: "A fault of the platform; it was logged." },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERRORS;
