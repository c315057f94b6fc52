// Runs: ask, watch, cancel, read the evidence.

import { and, desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono, type Context } from "hono";
import * as v from "valibot";
import { digest, refuse, unwrap, type Subject } from "@eigentwin/core";
import { dataset, run as runIndex } from "@eigentwin/index";
import { isFinal, type RunView } from "@eigentwin/runs";
import { capabilityNamed } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { checkAgainst } from "../json-schema.ts";
import { knownRun, knownTwin, remember } from "../known.ts";
import { decodeCursor, page, pageQuery } from "../paging.ts";
import { runOf } from "../services.ts";
import { valid } from "../validate.ts";
import { runAnswer, runDraft, runHeaders, runPage, waitQuery } from "./run-schemas.ts";
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
      checkAgainst(capability.input, draft.input, "/input");
      const { subject, synthetic } = await findSubject(c, draft.subject, capability.subject);
      const id = await runId(tenant, headers["idempotency-key"]);
      const { input, seed, shots, backend, budget } = draft;
      const request = {
        tenant,
        id,
        requestId: c.get("requestId"),
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
      const view = unwrap(await runOf(c.env, tenant, id).start(request, waitMs));
      remember("run", tenant, id);
      return answerRun(c, view);
    },
  )
  .get(
    "/",
    describe({ tag: "runs", summary: "List runs, the latest first", answer: runPage }),
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
        .where(and(eq(runIndex.tenant, c.get("tenant")), cursor === undefined ? undefined : before(cursor)))
        .orderBy(desc(runIndex.acceptedAt), desc(runIndex.id))
        .limit(limit + 1);
      return c.json(page(rows, limit, ({ acceptedAt, id }) => [acceptedAt, id]));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "runs",
      summary: "Watch a run",
      description: "`?wait=<seconds>` (at most 60) answers when it ends, or then.",
      answer: runAnswer,
      problems: ["run.not-found"],
    }),
    valid("param", idParam),
    valid("query", waitQuery),
    async (c) =>
      c.json(
        unwrap(
          await (
            await knownRun(c.env, c.get("tenant"), c.req.valid("param").id)
          ).view(1000 * c.req.valid("query").wait),
        ),
      ),
  )
  .post(
    "/:id/cancel",
    describe({ tag: "runs", summary: "Cancel a run", answer: runAnswer, problems: ["run.not-found"] }),
    valid("param", idParam),
    async (c) => c.json(unwrap(await (await knownRun(c.env, c.get("tenant"), c.req.valid("param").id)).cancel())),
  )
  .get(
    "/:id/evidence",
    describe({
      tag: "runs",
      summary: "Read the evidence of a finished run, byte for byte as it was digested",
      answer: v.looseObject({}),
      problems: ["run.not-found", "run.not-ended"],
    }),
    valid("param", idParam),
    async (c) =>
      c.body(unwrap(await (await knownRun(c.env, c.get("tenant"), c.req.valid("param").id)).evidence()), 200, {
        "content-type": "application/json",
      }),
  );

function answerRun(c: Context<Gateway>, view: RunView): Response {
  const location = `/v1/runs/${view.id}`;
  return isFinal(view.state) ? c.json(view, 200, { location }) : c.json(view, 202, { location, "retry-after": "1" });
}

async function findSubject(
  c: Context<Gateway>,
  wanted: v.InferOutput<typeof runDraft>["subject"],
  need: { kind: "twin"; type: string } | { kind: "dataset" },
): Promise<{ subject: Subject; synthetic: boolean }> {
  if (wanted.kind !== need.kind)
    refuse("subject.wrong-type", `this capability is asked about a ${need.kind}, not a ${wanted.kind}`, {
      at: "/subject/kind",
    });
  if (need.kind === "dataset") {
    const [row] = await drizzle(c.env.INDEX)
      .select()
      .from(dataset)
      .where(and(eq(dataset.tenant, c.get("tenant")), eq(dataset.id, wanted.id)));
    if (!row) return refuse("dataset.not-found", `there is no dataset ${wanted.id}`, { at: "/subject/id" });
    return { subject: { kind: "dataset", id: row.id }, synthetic: row.synthetic };
  }
  const { id, type, revision, properties, synthetic } = unwrap(
    await (await knownTwin(c.env, c.get("tenant"), wanted.id)).subject(),
  );
  if (type !== need.type)
    refuse("subject.wrong-type", `this capability is asked about a ${need.type}, ${id} is a ${type}`, {
      at: "/subject/id",
    });
  return { subject: { kind: "twin", id, type, revision, properties }, synthetic };
}

function before(cursor: string) {
  const [acceptedAt, id] = decodeCursor(cursor, RUN_KEY);
  return sql`(${runIndex.acceptedAt}, ${runIndex.id}) < (${acceptedAt}, ${id})`;
}

/** Under an idempotency key the id is the key's digest; else it begins with the time. */
async function runId(tenant: string, key: string | undefined): Promise<string> {
  if (key !== undefined) return `run_0${(await digest([tenant, key])).slice(7, 39)}`;
  const time = Date.now().toString(36).padStart(9, "0");
  return `run_1${time}${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
}

function preferredWaitMs(prefer: string | undefined): number {
  const seconds = /(?:^|[,;\s])wait=(\d+)/.exec(prefer ?? "")?.[1];
  return seconds === undefined ? DEFAULT_WAIT_MS : 1000 * Math.min(60, Number(seconds));
}
