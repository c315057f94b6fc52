// One target of a link, addressed by its id; and the links that lead to a twin, by the index.

import { and, asc, eq, gt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import { etag } from "hono/etag";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import { link, twin } from "@eigentwin/index";
import { reasonHeader } from "../author.ts";
import { seen } from "../caller.ts";
import { conditionHeaders } from "../conditions.ts";
import type { Gateway } from "../context.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../paging.ts";
import { purposeHeader } from "../purpose.ts";
import { isReadable, readableTwin } from "../readable.ts";
import { valid } from "../validate.ts";
import { idSchema, sourcesPage, twinOrBranchId, twinOrBranchParam, writeAnswer } from "./twin-schemas.ts";
import { readPart, writePart } from "./twin-state.ts";

const target = v.object({ id: twinOrBranchId, name: v.string(), target: idSchema });
const writeHeaders = v.object({ ...conditionHeaders, ...reasonHeader });

/** Name and source of the last link of the page before; neither has a space. */
const LINK_KEY = /^(\S+) (\S+)$/;

export const twinLinks = new Hono<Gateway>()
  .get(
    "/:id/links/:name/:target",
    etag(),
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "Whether a link leads to a twin",
      hasEtag: true,
      answer: v.string(),
      problems: ["twin.not-found", "branch.not-found", "twin.part-not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", v.object({ "if-none-match": v.optional(v.string()), ...purposeHeader })),
    valid("param", target),
    readPart,
  )
  .put(
    "/:id/links/:name/:target",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Let a link lead to a twin",
      description: "Without a body. A link that leads there already stays as it is.",
      answer: writeAnswer,
      problems: [
        "request.too-large",
        "twin.not-found",
        "branch.not-found",
        "branch.limit-reached",
        "twin.type-unknown",
        "twin.revision-mismatch",
        "link.unknown",
        "link.target-not-found",
        "link.wrong-type",
      ],
    }),
    valid("header", writeHeaders),
    valid("param", target),
    (c) => writePart(c, { kind: "put", value: c.req.valid("param").target }),
  )
  .delete(
    "/:id/links/:name/:target",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Let a link lead to a twin no more",
      description: "Needs `If-Match`, with an ETag or `*`.",
      answer: writeAnswer,
      problems: [
        "twin.not-found",
        "branch.not-found",
        "branch.limit-reached",
        "twin.part-not-found",
        "twin.type-unknown",
        "twin.revision-mismatch",
        "twin.if-match-required",
      ],
    }),
    valid("header", writeHeaders),
    valid("param", target),
    (c) => writePart(c, { kind: "delete" }),
  )
  .get(
    "/:id/linked-from",
    describe({
      tag: "twins",
      access: "twins:read",
      summary: "List the links that lead to a twin",
      description:
        "In order of their names and of the twins that they belong to. It follows within seconds of a write. None leads to a branch. " +
        "Personal twins that do not consent to the purpose are left out, so a page may have fewer than `limit`.",
      answer: sourcesPage,
      problems: ["twin.not-found", "branch.not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", v.object(purposeHeader)),
    valid("param", twinOrBranchParam),
    valid("query", v.strictObject({ ...pageQuery.entries, name: v.optional(v.string()) })),
    async (c) => {
      const { id } = c.req.valid("param");
      const { limit, cursor, name } = c.req.valid("query");
      const caller = c.get("caller");
      unwrap(await (await readableTwin(c, id)).subject());
      const [afterName = "", afterSource = ""] = cursor === undefined ? [] : decodeCursor(cursor, LINK_KEY);
      const rows = await drizzle(c.env.INDEX)
        .select({ id: link.source, type: twin.type, name: link.name })
        .from(link)
        .innerJoin(twin, and(eq(twin.tenant, link.tenant), eq(twin.id, link.source)))
        .where(
          and(
            eq(link.tenant, caller.tenant),
            eq(link.target, id),
            name === undefined ? undefined : eq(link.name, name),
            cursor === undefined
              ? gt(link.name, "")
              : sql`(${link.name}, ${link.source}) > (${afterName}, ${afterSource})`,
            seen(caller, twin.type),
          ),
        )
        .orderBy(asc(link.name), asc(link.source))
        .limit(limit + 1);
      const last = rows[limit - 1];
      const next = rows.length > limit && last ? encodeCursor([last.name, last.id]) : null;
      const items = rows.slice(0, limit);
      const isShown = await Promise.all(items.map((source) => isReadable(c, source)));
      return c.json({ items: items.filter((_source, at) => isShown[at]), next });
    },
  );
