// The first administrator of a deployment, or another one where every key was lost: by a token that whoever may write the
// index has minted (`npm run setup-token`).

import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { apiKey, setupToken, tenant } from "@eigentwin/index";
import { insertSelected } from "@eigentwin/index/insert";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { newKey } from "../new-key.ts";
import { ADMINISTRATOR_SCOPES } from "../scopes.ts";
import { digestOf } from "../secret.ts";
import { valid } from "../validate.ts";
import { nameSchema, newKeyAnswer } from "./key-schemas.ts";
import { ADMINISTRATION } from "./tenant-schemas.ts";

export const setup = new Hono<Gateway>().post(
  "/",
  describe({
    tag: "tenants",
    access: "public",
    summary: "Exchange a setup token for an administrator's key",
    description: "Once, within an hour of its minting by `npm run setup-token`.",
    status: 201,
    answer: newKeyAnswer,
    problems: ["request.malformed", "request.too-large", "request.unsupported-media-type", "auth.wrong-key"],
  }),
  valid("json", v.strictObject({ token: v.string(), name: nameSchema })),
  async (c) => {
    const { token, name } = c.req.valid("json");
    const index = drizzle(c.env.INDEX);
    const { row, answer } = await newKey(ADMINISTRATION, name, {
      scopes: ADMINISTRATOR_SCOPES,
      twinTypes: [],
      purposes: [],
      expiresAt: null,
    });
    const now = answer.createdAt;
    const isGood = and(
      eq(setupToken.hash, await digestOf(token)),
      isNull(setupToken.usedAt),
      gt(setupToken.expiresAt, now),
    );
    // One transaction: of two that come with one token, the second finds it used.
    const [, { meta }] = await index.batch([
      index
        .insert(tenant)
        .select(sql`SELECT ${ADMINISTRATION}, 'Administration', ${now}, 'active' FROM ${setupToken} WHERE ${isGood}`)
        .onConflictDoNothing(),
      insertSelected(index, apiKey, row, sql`FROM ${setupToken} WHERE ${isGood}`),
      index.update(setupToken).set({ usedAt: now }).where(isGood),
    ]);
    if (meta.changes === 0)
      return refuse("auth.wrong-key", "this setup token is not known here, was used, or is over", {
        hint: "Mint another one: `npm run setup-token`, with `-- --remote` for a deployed one, with `-- --state FOLDER` for a local one in another folder.",
      });
    return c.json(answer, 201);
  },
);
