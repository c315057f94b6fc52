// Erasure of twins, and the receipts that stay.

import { and, asc, eq, gt } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse, unwrap } from "@eigentwin/core";
import { dataset, erasure } from "@eigentwin/index";
import type { Env } from "../../env.ts";
import { mustHave, seen, sees, type Caller } from "../caller.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { typedTwin } from "../known.ts";
import { afterId, page, pageQuery } from "../paging.ts";
import { erasureAt } from "../services.ts";
import { valid } from "../validate.ts";
import { idParam, idSchema } from "./twin-schemas.ts";

const MOST_DATASETS = 100;

const erasureBody = v.strictObject({
  confirm: v.pipe(v.string(), v.description("The id of the twin once more")),
  datasets: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          id: idSchema,
          individual: v.pipe(v.number(), v.description("What the column of the role `individual` calls it there")),
        }),
      ),
      v.maxLength(MOST_DATASETS, "an erasure names at most 100 datasets"),
      v.description("Datasets that hold rows of this individual: they are written anew without them"),
    ),
    [],
  ),
});

const summary = {
  id: v.string(),
  twin: v.string(),
  twinType: v.string(),
  state: v.picklist(["erasing", "erased"]),
  requestedAt: v.string(),
  requestedBy: v.pipe(v.string(), v.description("Id of the key")),
  erasedAt: v.nullable(v.string()),
};

const erasureAnswer = v.object({
  ...summary,
  receipt: v.pipe(
    v.nullable(v.string()),
    v.description("The exact text that was signed (canonical JSON); null while it goes on"),
  ),
  signature: v.nullable(v.object({ keyId: v.string(), algorithm: v.literal("Ed25519"), value: v.string() })),
});

const told = ({ tenant: _tenant, receipt: _receipt, signature: _signature, ...row }: typeof erasure.$inferSelect) => ({
  ...row,
  state: row.erasedAt === null ? ("erasing" as const) : ("erased" as const),
});

export const twinErasure = new Hono<Gateway>().post(
  "/:id/erasure",
  describe({
    tag: "erasure",
    access: "erasures:write",
    summary: "Erase a twin and everything that is known of it",
    description:
      "From the answer on it is as one that never was; its runs, models, events and bodies go within seconds, whatever " +
      "happens to the process. What stays is a signed receipt, at Location. Its id is not used again.",
    status: 202,
    answer: erasureAnswer,
    problems: [
      "request.malformed",
      "request.too-large",
      "request.unsupported-media-type",
      "twin.not-found",
      "dataset.not-found",
    ],
  }),
  valid("param", idParam),
  valid("json", erasureBody),
  async (c) => {
    const { id: twin } = c.req.valid("param");
    const { confirm, datasets } = c.req.valid("json");
    const caller = c.get("caller");
    const { tenant, keyId: by } = caller;
    const known = await typedTwin(c.env, caller, twin);
    const { type: twinType } = unwrap(await known.twin.subject());
    if (confirm !== twin)
      refuse("request.invalid", "an erasure is for good: say the id of the twin once more", { at: "/confirm" });
    if (datasets.length > 0) await mustHaveDatasets(c.env, caller, datasets);
    const requestedAt = new Date().toISOString();
    const id = `erasure_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`;
    const request = { tenant, id, twin, twinType, by, requestedAt, datasets };
    const begun = unwrap(await erasureAt(c.env, tenant, twin).begin(request));
    return c.json(await erasureOf(c.env, caller, begun), 202, {
      location: `/v1/erasures/${begun}`,
      "retry-after": "7",
    });
  },
);

export const erasures = new Hono<Gateway>()
  .get(
    "/",
    describe({
      tag: "erasure",
      access: "erasures:read",
      summary: "List erasures in order of id",
      answer: v.object({ items: v.array(v.object(summary)), next: v.nullable(v.string()) }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const caller = c.get("caller");
      const rows = await drizzle(c.env.INDEX)
        .select()
        .from(erasure)
        .where(and(eq(erasure.tenant, caller.tenant), gt(erasure.id, afterId(cursor)), seen(caller, erasure.twinType)))
        .orderBy(asc(erasure.id))
        .limit(limit + 1);
      return c.json(page(rows.map(told), limit));
    },
  )
  .get(
    "/:id",
    describe({
      tag: "erasure",
      access: "erasures:read",
      summary: "Read the receipt of an erasure, with its signature",
      description:
        "`npm run verify:receipt -- FILE` checks it. The keys are those of /.well-known/eigentwin-keys.json.",
      answer: erasureAnswer,
      problems: ["erasure.not-found"],
    }),
    valid("param", idParam),
    async (c) => c.json(await erasureOf(c.env, c.get("caller"), c.req.valid("param").id)),
  );

async function erasureOf(env: Env, caller: Caller, id: string) {
  const [row] = await drizzle(env.INDEX)
    .select()
    .from(erasure)
    .where(and(eq(erasure.tenant, caller.tenant), eq(erasure.id, id)));
  if (!row || !sees(caller, row.twinType)) return refuse("erasure.not-found", "there is no such erasure");
  return { ...told(row), receipt: row.receipt, signature: row.signature };
}

/** Each is there, and whoever names it may write datasets. */
async function mustHaveDatasets(env: Env, caller: Caller, named: readonly { id: string }[]): Promise<void> {
  mustHave(caller, ["datasets:write"]);
  for (const [at, { id }] of named.entries()) {
    const [row] = await drizzle(env.INDEX)
      .select({ id: dataset.id })
      .from(dataset)
      .where(and(eq(dataset.tenant, caller.tenant), eq(dataset.id, id)));
    if (!row) refuse("dataset.not-found", `there is no dataset ${id}`, { at: `/datasets/${at}/id` });
  }
}
