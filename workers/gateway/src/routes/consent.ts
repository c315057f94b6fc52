// Consent of the person whose twin it is: which purposes are allowed now, and who changed that when.

import { Hono, type Context } from "hono";
import * as v from "valibot";
import { unwrap, type ErrorCode } from "@eigentwin/core";
import { authorOf, reasonHeader } from "../author.ts";
import { conditionHeaders, conditionIn, etagOfState } from "../conditions.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { knownTwin } from "../known.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../paging.ts";
import { purposeSchema } from "../purpose.ts";
import { valid } from "../validate.ts";
import { idParam, idSchema, writeAnswer } from "./twin-schemas.ts";

const consentAnswer = v.object({
  revision: v.number(),
  personal: v.pipe(v.boolean(), v.description("False where the twin's type is not: it is read for whatever purpose")),
  allowed: v.array(
    v.object({
      purpose: v.string(),
      since: v.string(),
      by: v.pipe(v.nullable(v.string()), v.description("Id of the key")),
    }),
  ),
  items: v.pipe(
    v.array(
      v.object({
        purpose: v.string(),
        isAllowed: v.boolean(),
        at: v.string(),
        by: v.nullable(v.string()),
        reason: v.nullable(v.string()),
        revision: v.number(),
      }),
    ),
    v.description("Every change, newest first"),
  ),
  next: v.nullable(v.string()),
});

const writeHeaders = v.object({ ...conditionHeaders, ...reasonHeader });
const one = v.object({ id: idSchema, purpose: purposeSchema });
const PROBLEMS = ["twin.not-found", "twin.not-personal", "twin.revision-mismatch"] as const satisfies ErrorCode[];

export const consent = new Hono<Gateway>()
  .get(
    "/:id/consent",
    describe({
      tag: "consent",
      access: "consent:read",
      summary: "Which purposes a person has consented to, and every change of that",
      answer: consentAnswer,
      problems: ["twin.not-found"],
    }),
    valid("param", idParam),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? null : Number(decodeCursor(cursor, /^(\d{1,15})$/)[0]);
      const twin = await knownTwin(c.env, c.get("caller"), c.req.valid("param").id);
      const { changes, ...view } = unwrap(await twin.consent({ before, limit: limit + 1 }));
      const items = changes.slice(0, limit);
      const last = items.at(-1);
      const next = changes.length > limit && last ? encodeCursor([last.number]) : null;
      const told = items.map(({ number: _number, ...change }) => change);
      return c.json({ ...view, items: told, next }, 200, { etag: etagOfState(view.revision) });
    },
  )
  .put(
    "/:id/consent/:purpose",
    describe({
      tag: "consent",
      access: "consent:write",
      summary: "Note that a person consents to a purpose",
      description:
        "Without a body; `Eigentwin-Reason` may say where that is written. In force from the answer on, as a new revision.",
      answer: writeAnswer,
      problems: [...PROBLEMS, "request.too-large"],
    }),
    valid("header", writeHeaders),
    valid("param", one),
    (c) => change(c, c.req.valid("param"), true),
  )
  .delete(
    "/:id/consent/:purpose",
    describe({
      tag: "consent",
      access: "consent:write",
      summary: "Note that a person does not consent to a purpose, or does no more",
      description:
        "From the answer on nothing more is read for this purpose, by runs that are under way neither. What was found before stays on record.",
      answer: writeAnswer,
      problems: PROBLEMS,
    }),
    valid("header", writeHeaders),
    valid("param", one),
    (c) => change(c, c.req.valid("param"), false),
  );

async function change(c: Context<Gateway>, { id, purpose }: v.InferOutput<typeof one>, isAllowed: boolean) {
  const [ifMatch, ifNoneMatch] = [c.req.header("if-match"), c.req.header("if-none-match")];
  const condition = conditionIn({ "if-match": ifMatch, "if-none-match": ifNoneMatch });
  const twin = await knownTwin(c.env, c.get("caller"), id);
  const { isNew: _isNew, ...receipt } = unwrap(
    await twin.changeConsent({ purpose, isAllowed, condition, author: authorOf(c) }),
  );
  return c.json(receipt, 200, { etag: etagOfState(receipt.revision) });
}
