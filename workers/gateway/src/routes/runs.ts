// Runs: ask, watch, cancel, read the evidence and what it is checked against.

import { and, desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { checkAgainst, digest, unwrap, type Signature } from "@eigentwin/core";
import { run as runIndex } from "@eigentwin/index";
import { isFinal, runOf, type RunView } from "@eigentwin/runs";
import { seen, type Caller } from "../caller.ts";
import { capabilityNamed } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { evidenceBundle } from "../evidence-bundle.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { knownRun, remember, typedRun } from "../known.ts";
import { decodeCursor, page, pageQuery } from "../paging.ts";
import { statedPurpose } from "../purpose.ts";
import { readableRun, shownRun } from "../readable.ts";
import { findSubject } from "../subject.ts";
import { valid } from "../validate.ts";
import { bundleAnswer, runAnswer, runDraft, runHeaders, runPage, waitQuery } from "./run-schemas.ts";
import { idParam } from "./twin-schemas.ts";

/** A quick run answers in the request; a longer one is watched. */
const DEFAULT_WAIT_MS = 10_000;
/** The time at which a run was accepted, and its id. */
const RUN_KEY = /^(\d{4}-[\d:.TZ-]+) ([\w.:-]+)$/;

export const runs = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "runs",
      access: "runs:write",
      summary: "Ask a capability about a subject",
      description:
        "200 with the answer if it is quick, else 202 and a run to watch at Location. `Prefer` says how long to wait.",
      accepted: "The run goes on; watch it at Location",
      answer: runAnswer,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "request.key-reused",
        "capability.not-found",
        "twin.not-found",
        "dataset.not-found",
        "subject.wrong-type",
        "twin.upgrade-failed",
        ...CONSENT_PROBLEMS,
        "backend.not-found",
        "backend.none-fits",
      ],
    }),
    valid("header", runHeaders),
    valid("json", runDraft),
    async (c) => {
      const headers = c.req.valid("header");
      const draft = c.req.valid("json");
      const tenant = c.get("tenant");
      const capability = await capabilityNamed(c.env, draft.capability);
      checkAgainst(capability.input, draft.input, "/input", "GET /v1/capabilities tells what its input is.");
      const purpose = statedPurpose(c.get("caller"), draft.purpose ?? headers["eigentwin-purpose"]);
      const { subject, synthetic } = await findSubject(c, draft.subject, capability.subject, purpose);
      const id = await runId(c.get("caller"), headers["idempotency-key"]);
      const { input, seed, shots, backend, budget } = draft;
      const request = {
        tenant,
        id,
        requestId: c.get("requestId"),
        ...traceparentOf(c.req.header("traceparent")),
        by: c.get("caller").keyId,
        ...(purpose !== null && { purpose }),
        capability: capability.id,
        input,
        subject,
        synthetic,
        seed,
        shots,
        ...(backend !== undefined && { backend }),
        ...(budget && { budget }),
      };
      const waitMs = preferredWaitMs(headers.prefer);
      const view = unwrap(await runOf(c.env.RUNS, tenant, id).start(request, waitMs));
      const type = subject.kind === "twin" ? subject.type : null;
      remember("run", c.get("caller"), id, type);
      return answerRun(c, await shownRun(c, view, type));
    },
  )
  .get(
    "/",
    describe({ tag: "runs", access: "runs:read", summary: "List runs, the latest first", answer: runPage }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const rows = await drizzle(c.env.INDEX)
        .select({
          id: runIndex.id,
          capability: runIndex.capability,
          subject: runIndex.subject,
          state: runIndex.state,
          verdict: runIndex.verdict,
          acceptedAt: runIndex.acceptedAt,
          finishedAt: runIndex.finishedAt,
        })
        .from(runIndex)
        .where(
          and(
            eq(runIndex.tenant, c.get("tenant")),
            seen(c.get("caller"), runIndex.twinType),
            cursor === undefined ? undefined : before(cursor),
          ),
        )
        .orderBy(desc(runIndex.acceptedAt), desc(runIndex.id))
        .limit(limit + 1);
      return c.json(page(rows, limit, ({ acceptedAt, id }) => [acceptedAt, id]));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "runs",
      access: "runs:read",
      summary: "Watch a run",
      description: "`?wait=<seconds>` (at most 60) answers when it ends, or then.",
      answer: runAnswer,
      problems: ["run.not-found", ...CONSENT_PROBLEMS],
    }),
    valid("param", idParam),
    valid("query", waitQuery),
    async (c) => {
      const { run, type } = await readableRun(c, c.req.valid("param").id);
      // Consent may be withdrawn while it is waited for.
      return c.json(await shownRun(c, unwrap(await run.view(1000 * c.req.valid("query").wait)), type));
    },
  )
  .post(
    "/:id/cancel",
    describe({
      tag: "runs",
      access: "runs:write",
      summary: "Cancel a run",
      answer: runAnswer,
      problems: ["run.not-found"],
    }),
    valid("param", idParam),
    async (c) => {
      const caller = c.get("caller");
      const { run, type } = await typedRun(c.env, caller, c.req.valid("param").id);
      return c.json(await shownRun(c, unwrap(await run.cancel(caller.keyId)), type));
    },
  )
  .get(
    "/:id/evidence",
    describe({
      tag: "runs",
      access: "runs:read",
      summary: "Read the evidence of a finished run, byte for byte as it was digested and signed",
      description:
        "The header `Eigentwin-Signature` carries keyid, alg and the value (base64url) of the signature over exactly " +
        "these bytes; it is absent where the run ended before evidence was signed.",
      answer: v.looseObject({}),
      problems: ["run.not-found", "run.not-ended"],
    }),
    valid("param", idParam),
    async (c) => {
      const run = await knownRun(c.env, c.get("caller"), c.req.valid("param").id);
      const { text, signature } = unwrap(await run.evidence());
      return c.body(text, 200, {
        "content-type": "application/json",
        ...(signature && { "eigentwin-signature": signatureHeader(signature) }),
      });
    },
  )
  .get(
    "/:id/bundle",
    describe({
      tag: "runs",
      access: "runs:read",
      summary: "Read the evidence of a finished run with everything that it can be checked against, offline",
      description: "`npm run verify:evidence -- FILE` checks it.",
      answer: bundleAnswer,
      problems: ["run.not-found", "run.not-ended", ...CONSENT_PROBLEMS],
    }),
    valid("param", idParam),
    async (c) => c.json(await evidenceBundle(c, c.req.valid("param").id)),
  );

/** A structured field (RFC 9651), a dictionary of strings. */
const signatureHeader = ({ keyId, algorithm, value }: Signature): string =>
  `keyid="${keyId}", alg="${algorithm}", value="${value}"`;

function answerRun(c: Context<Gateway>, view: RunView): Response {
  const location = `/v1/runs/${view.id}`;
  return isFinal(view.state) ? c.json(view, 200, { location }) : c.json(view, 202, { location, "retry-after": "1" });
}

function before(cursor: string) {
  const [acceptedAt, id] = decodeCursor(cursor, RUN_KEY);
  return sql`(${runIndex.acceptedAt}, ${runIndex.id}) < (${acceptedAt}, ${id})`;
}

/**
 * Under an idempotency key the id is the key's digest; else it begins with the time. Who sees only some twin types shares
 * idempotency keys only with those who see the same: another's use of one is not to be noticed.
 */
async function runId({ tenant, twinTypes }: Caller, key: string | undefined): Promise<string> {
  const whose = twinTypes.length === 0 ? [tenant] : [tenant, [...twinTypes].sort()];
  if (key !== undefined) return `run_0${(await digest([...whose, key])).slice(7, 39)}`;
  const time = Date.now().toString(36).padStart(9, "0");
  return `run_1${time}${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
}

function preferredWaitMs(prefer: string | undefined): number {
  const seconds = /(?:^|[,;\s])wait=(\d+)/.exec(prefer ?? "")?.[1];
  return seconds === undefined ? DEFAULT_WAIT_MS : 1000 * Math.min(60, Number(seconds));
}

/** W3C trace context, version 00; what is none is left out, as that specification says. */
const traceparentOf = (header: string | undefined) =>
  header !== undefined && /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/.test(header)
    ? { traceparent: header }
    : {};
