// The history of a twin: what changed when, by whom and why, and what lies between two revisions.

import { Hono } from "hono";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import type { Gateway } from "../context.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../paging.ts";
import { purposeHeader } from "../purpose.ts";
import { readableTwin } from "../readable.ts";
import { valid } from "../validate.ts";
import { diffAnswer, historyPage, twinOrBranchParam, wholeNumber } from "./twin-schemas.ts";

export const twinHistory = new Hono<Gateway>()
  .get(
    "/:id/history",
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "List the changes of a twin, newest first",
      description:
        "Each with its patch. A page may have fewer than `limit` where they are large; `next` says whether there is more.",
      answer: historyPage,
      problems: ["twin.not-found", "branch.not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", v.object(purposeHeader)),
    valid("param", twinOrBranchParam),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? null : Number(decodeCursor(cursor, /^(\d{1,15})$/)[0]);
      const twin = await readableTwin(c, c.req.valid("param").id);
      const { changes, hasMore } = unwrap(await twin.history({ before, limit }));
      const last = changes.at(-1);
      return c.json({ items: changes, next: hasMore && last ? encodeCursor([last.revision]) : null });
    },
  )
  .get(
    "/:id/diff",
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "What lies between two revisions of a twin",
      description: "As JSON Patch of `{type, properties, desired, links}`. Without `to`, up to the present state.",
      answer: diffAnswer,
      problems: ["twin.not-found", "branch.not-found", "twin.revision-not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", v.object(purposeHeader)),
    valid("param", twinOrBranchParam),
    valid("query", v.strictObject({ from: wholeNumber, to: v.optional(wholeNumber) })),
    async (c) => {
      const { from, to } = c.req.valid("query");
      const twin = await readableTwin(c, c.req.valid("param").id);
      return c.json(unwrap(await twin.diff({ from, ...(to !== undefined && { to }) })));
    },
  );
