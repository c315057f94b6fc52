// Branches of a twin: made, listed, held against the twin, and promoted. All else is asked of a branch as of its twin, under the
// id `<twin>~<branch>`.

import { Hono } from "hono";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import { partsOf } from "@eigentwin/twins";
import { answerTwin, answerWritten } from "../answer-twin.ts";
import { authorOf, reasonHeader } from "../author.ts";
import { conditionHeaders, conditionIn } from "../conditions.ts";
import type { Gateway } from "../context.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { knownTwin, typedTwin } from "../known.ts";
import { purposeHeader } from "../purpose.ts";
import { readableTwin } from "../readable.ts";
import { valid } from "../validate.ts";
import { writerFor, writing } from "../write-state.ts";
import { branchDraft, branchPage, branchParam, idParam, promotionAnswer, writtenTwin } from "./twin-schemas.ts";

export const twinBranches = new Hono<Gateway>()
  .post(
    "/:id/branches",
    describe({
      tag: "branches",
      access: "twins:write",
      summary: "Make a branch of a twin",
      description:
        "Of the twin as it is, or as it was at a revision or a time, its points included up to then. Every path of the twin " +
        "works on it under the id `<twin>~<name>`, and nothing that is done there touches the twin.",
      status: 201,
      answer: writtenTwin,
      problems: [
        "request.malformed",
        "request.too-large",
        "request.unsupported-media-type",
        "twin.not-found",
        "twin.revision-not-found",
        "branch.exists",
        "branch.limit-reached",
      ],
    }),
    valid("header", v.object({ ...reasonHeader, ...purposeHeader })),
    valid("param", idParam),
    valid("json", branchDraft),
    async (c) => {
      const { name, revision, at } = c.req.valid("json");
      const twin = await knownTwin(c.env, c.get("caller"), c.req.valid("param").id);
      const from = { ...(revision !== undefined && { revision }), ...(at !== undefined && { at }) };
      return answerTwin(c, unwrap(await twin.makeBranch({ name, ...from, ...authorOf(c) })), 201);
    },
  )
  .get(
    "/:id/branches",
    describe({
      tag: "branches",
      access: "twins:read",
      summary: "List the branches of a twin",
      answer: branchPage,
      problems: ["twin.not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", v.object(purposeHeader)),
    valid("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      await readableTwin(c, id);
      const twin = await knownTwin(c.env, c.get("caller"), id);
      return c.json({ items: unwrap(await twin.branches()), next: null });
    },
  )
  .get(
    "/:id/promotion",
    describe({
      tag: "branches",
      access: "twins:read",
      summary: "What promoting a branch would change of its twin, and what stands in the way",
      description: "Both sides as JSON Patch of `{type, properties, desired, links}` since the branch was made.",
      answer: promotionAnswer,
      problems: ["twin.not-found", "branch.not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", v.object(purposeHeader)),
    valid("param", branchParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const { twin, branch = "" } = partsOf(id);
      await readableTwin(c, id);
      return c.json(unwrap(await (await knownTwin(c.env, c.get("caller"), twin)).promotion(branch)));
    },
  )
  .post(
    "/:id/promotion",
    describe({
      tag: "branches",
      access: "twins:write",
      summary: "Promote a branch: what was changed on it becomes the twin's, and the branch ends",
      description:
        "`If-Match` names the twin as you have read it, or is `*`. All of it is written in one transaction, or nothing: where " +
        "twin and branch have changed the same, each otherwise, the answer names what. Points of the branch are recorded " +
        "at the twin now.",
      answer: writtenTwin,
      problems: [
        "request.too-large",
        "twin.not-found",
        "branch.not-found",
        "branch.conflict",
        "twin.type-unknown",
        "twin.revision-mismatch",
        "twin.if-match-required",
        "link.unknown",
        "link.target-not-found",
        "link.wrong-type",
      ],
    }),
    valid("header", v.object({ "if-match": conditionHeaders["if-match"], ...reasonHeader, ...purposeHeader })),
    valid("param", branchParam),
    async (c) => {
      const { twin: id, branch = "" } = partsOf(c.req.valid("param").id);
      const caller = c.get("caller");
      const [{ type }, twin] = [await typedTwin(c.env, caller, id), await knownTwin(c.env, caller, id)];
      const promoting = { branch, condition: conditionIn(c.req.valid("header")), author: authorOf(c) };
      const writer = await writerFor(c.env, caller);
      return answerWritten(c, await writing(writer, type, (known) => twin.promote({ ...promoting, ...known })));
    },
  );
