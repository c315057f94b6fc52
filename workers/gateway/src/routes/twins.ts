// Twins.

import { Hono, type Context } from "hono";
import { etag } from "hono/etag";
import * as v from "valibot";
import { digestJson, refuse, unwrap } from "@eigentwin/core";
import { partsOf } from "@eigentwin/twins";
import { answerTwin } from "../answer-twin.ts";
import { authorOf, reasonHeader } from "../author.ts";
import { etagOfState, etagOfTwin } from "../conditions.ts";
import type { Gateway } from "../context.ts";
import { createTwin, newTwinId } from "../create-twin.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { knownTwin } from "../known.ts";
import { pageQuery } from "../paging.ts";
import { purposeHeader } from "../purpose.ts";
import { askTwins } from "../query/ask.ts";
import { seeWrites, WRITE_TOKEN, writeTokenHeader } from "../query/write-token.ts";
import { readableTwin } from "../readable.ts";
import { upgraderOf } from "../services.ts";
import { idempotencyKey, valid } from "../validate.ts";
import { writerFor } from "../write-state.ts";
import {
  instant,
  pastAnswer,
  twinAnswer,
  twinDraft,
  twinOrBranchParam,
  twinPage,
  twinQuery,
  upgradeBody,
  wholeNumber,
  writtenTwin,
} from "./twin-schemas.ts";

const conditional = v.object({ "if-none-match": v.optional(v.string()), ...purposeHeader });

const momentQuery = v.pipe(
  v.strictObject({
    revision: v.optional(v.pipe(wholeNumber, v.description("The state that this revision made"))),
    at: v.optional(v.pipe(instant, v.description("The state that the twin had at this time"))),
  }),
  v.check(({ revision, at }) => revision === undefined || at === undefined, "a state is asked by revision or by time"),
);

export const twins = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Create a twin",
      status: 201,
      answer: writtenTwin,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "request.key-reused",
        "twin.exists",
        "twin.erased",
        "twin.type-unknown",
        "link.unknown",
        "link.target-not-found",
        "link.wrong-type",
      ],
    }),
    valid(
      "header",
      v.object({
        ...idempotencyKey("The same request again under the same key finds the twin that the first one made").entries,
        ...reasonHeader,
        ...purposeHeader,
      }),
    ),
    valid("json", twinDraft),
    async (c) => {
      const body = c.req.valid("json");
      const key = c.req.valid("header")["idempotency-key"];
      const caller = c.get("caller");
      const id = body.id ?? (await newTwinId(caller, body.type, key));
      const request = key !== undefined && { request: { key, digest: await digestJson(body) } };
      const writer = await writerFor(c.env, caller);
      const made = unwrap(await createTwin(writer, { ...body, id, ...authorOf(c), ...request }));
      return answerTwin(c, made, 201);
    },
  )
  .get(
    "/",
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "List and find twins",
      description: "The filter's grammar, limits and costs are in docs/query.md.",
      answer: twinPage,
      problems: ["query.invalid", "query.index-behind"],
    }),
    valid("header", v.object(writeTokenHeader)),
    valid("query", v.strictObject({ ...pageQuery.entries, ...twinQuery.entries })),
    async (c) => {
      const caller = c.get("caller");
      await seeWrites(c.env, caller, c.req.valid("header")[WRITE_TOKEN]);
      return c.json(await askTwins(c.env, caller, c.req.valid("query")));
    },
  )
  .get(
    "/:id",
    etag(),
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "Read a twin with its streams' last values and its predictions",
      description: "With `revision` or `at`, its state as it was then.",
      hasEtag: true,
      answer: v.union([twinAnswer, pastAnswer]),
      problems: ["twin.not-found", "branch.not-found", "twin.revision-not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", conditional),
    valid("param", twinOrBranchParam),
    valid("query", momentQuery),
    async (c) => {
      const { revision, at } = c.req.valid("query");
      const twin = await readableTwin(c, c.req.valid("param").id);
      const moment = revision !== undefined ? { revision } : at !== undefined ? { at } : undefined;
      if (!moment) {
        const view = unwrap(await twin.view());
        return c.json(view, 200, { etag: etagOfTwin(view) });
      }
      const past = unwrap(await twin.past(moment));
      return c.json(past, 200, { etag: etagOfState(past.revision) });
    },
  )
  .post(
    "/:id/upgrade",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Upgrade a twin to a newer major of its type",
      description:
        "A question that needs the newer major does so by itself. Where it fails the twin stays what it is, and says why " +
        "under `upgrade`. Without `to`, to the newest that can be reached; where it is there already, nothing changes.",
      answer: writtenTwin,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "twin.not-found",
        "branch.type-fixed",
        "twin.no-upgrade",
        "twin.upgrade-failed",
      ],
    }),
    valid("header", v.object({ ...reasonHeader, ...purposeHeader })),
    valid("param", twinOrBranchParam),
    valid("json", upgradeBody),
    async (c) => {
      const { id } = c.req.valid("param");
      const { to } = c.req.valid("json");
      const caller = c.get("caller");
      const [{ tenant }, twin] = [caller, await upgradable(c, id)];
      const author = authorOf(c);
      unwrap(await upgraderOf(c.env, tenant, id).upgrade({ tenant, id, author, ...(to !== undefined && { to }) }));
      return answerTwin(c, unwrap(await twin.view()));
    },
  )
  .post(
    "/:id/undo-upgrade",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Undo the last upgrade of a twin",
      description:
        "Type, properties, desired, links and streams are as before it, as a new revision; what was written since is in the history. Points that came since stay in the streams that " +
        "they belong to; those of a stream that only the newer type has are kept, and come back with it.",
      answer: writtenTwin,
      problems: ["twin.not-found", "branch.type-fixed", "twin.not-upgraded"],
    }),
    valid("header", v.object({ ...reasonHeader, ...purposeHeader })),
    valid("param", twinOrBranchParam),
    async (c) => answerTwin(c, unwrap(await (await upgradable(c, c.req.valid("param").id)).undoUpgrade(authorOf(c)))),
  );

async function upgradable(c: Context<Gateway>, id: string) {
  const { twin, branch } = partsOf(id);
  const known = await knownTwin(c.env, c.get("caller"), twin);
  return branch === undefined
    ? known
    : refuse("branch.type-fixed", "a branch keeps the type that it was made with", {
        hint: "Upgrade the twin, and make a branch of what it is then.",
      });
}
