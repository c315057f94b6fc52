// A tenant's whole content as one archive: out, and into a deployment that does not have the tenant.

import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { tenant as tenantTable } from "@eigentwin/index";
import type { Env } from "../../env.ts";
import { completeRestore } from "../archive/complete.ts";
import { MANIFEST } from "../archive/layout.ts";
import { forgetStaged, isStaged, stagedPage } from "../archive/stage.ts";
import { takeMembers } from "../archive/take.ts";
import { writeArchive } from "../archive/write.ts";
import { mustSeeAll } from "../caller.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { tenantNamed } from "../tenant-named.ts";
import { valid } from "../validate.ts";
import { newKeyAnswer } from "./key-schemas.ts";
import { ADMINISTRATION, tenantParam } from "./tenant-schemas.ts";

const TAR = "application/x-tar";

const restoreAnswer = v.object({
  tenant: v.string(),
  state: v.picklist(["restoring", "active"]),
  received: v.pipe(v.number(), v.description("members of this body")),
  applied: v.optional(v.pipe(v.number(), v.description("how much has been put in its place, of `of`"))),
  of: v.optional(v.number()),
  key: v.optional(v.pipe(newKeyAnswer, v.description("the tenant's first key, told once"))),
});

const stagedAnswer = v.object({
  items: v.array(v.object({ path: v.string(), bytes: v.number(), digest: v.string() })),
  next: v.nullable(v.string()),
});

export const archives = new Hono<Gateway>()
  .get(
    "/export",
    describe({
      tag: "archives",
      access: "export:read",
      summary: "Take the tenant's whole content out",
      description:
        "A tar of urn:eigentwin:archive:1; its last member is the manifest with the digest of every other. Each twin and " +
        "run is consistent in itself; what begins after the export is not in it. Keys and credentials never are.",
      answer: v.pipe(v.string(), v.description("binary")),
      mediaType: TAR,
    }),
    async (c) => {
      mustSeeAll(c.get("caller"));
      const id = c.get("tenant");
      const { name } = await tenantNamed(c.env, id);
      return c.body(writeArchive(c.env, { id, name }), 200, {
        "content-type": TAR,
        "content-disposition": `attachment; filename="${id}.tar"`,
      });
    },
  )
  .get(
    "/tenants/:id/archive",
    describe({
      tag: "archives",
      access: "tenants:write",
      summary: "List the members that have come of an archive under restore",
      answer: stagedAnswer,
      problems: ["tenant.not-found"],
    }),
    valid("param", tenantParam),
    valid("query", v.strictObject({ cursor: v.optional(v.string()) })),
    async (c) => {
      const { id } = c.req.valid("param");
      if ((await tenantNamed(c.env, id)).state !== "restoring")
        refuse("tenant.not-found", `no tenant ${id} is being restored`);
      return c.json(await stagedPage(c.env, id, c.req.valid("query").cursor));
    },
  )
  .put(
    "/tenants/:id/archive",
    describe({
      tag: "archives",
      access: "tenants:write",
      summary: "Restore a tenant from its archive",
      description:
        "The body is the archive or a part of it, a tar of some of its members; members may come again. With the manifest " +
        "the tenant becomes active if every member is there with its digest. 202: more is to come, or the same manifest " +
        "is to be sent again to go on.",
      accepted: "The restore goes on",
      answer: restoreAnswer,
      problems: [
        "request.too-large",
        "request.unsupported-media-type",
        "tenant.not-found",
        "tenant.exists",
        "tenant.busy",
        "archive.too-large",
        "archive.malformed",
        "archive.incomplete",
        "archive.conflict",
      ],
    }),
    valid("param", tenantParam),
    async (c) => {
      const { id } = c.req.valid("param");
      if (c.req.header("content-type") !== TAR)
        refuse("request.unsupported-media-type", "an archive is a tar", {
          hint: `Send the header Content-Type: ${TAR}.`,
        });
      const since = await beginRestore(c.env, id);
      const received = await takeMembers(c.env, id, c.req.raw.body ?? new Blob([]).stream());
      // Another request may have ended the restore meanwhile.
      await restoringSince(c.env, id, since);
      if (!(await isStaged(c.env, id, MANIFEST)))
        return c.json({ tenant: id, state: "restoring" as const, received }, 202);
      const restored = await completeRestore(c.env, { tenant: id, since });
      return c.json({ tenant: id, received, ...restored }, restored.state === "active" ? 200 : 202);
    },
  );

/** When the restore began. A tenant that is there keeps what it has. */
async function beginRestore(env: Env, id: string): Promise<string> {
  if (id !== ADMINISTRATION)
    await drizzle(env.INDEX)
      .insert(tenantTable)
      .values({ id, name: id, createdAt: new Date().toISOString(), state: "restoring" })
      .onConflictDoNothing();
  return restoringSince(env, id);
}

/** What waits for no restore any more is removed. */
async function restoringSince(env: Env, id: string, since?: string): Promise<string> {
  const { state, createdAt } = await tenantNamed(env, id);
  if (state === "restoring" && createdAt === (since ?? createdAt)) return createdAt;
  if (state !== "restoring") await forgetStaged(env, id);
  return refuse("tenant.exists", `there is a tenant ${id} already`, {
    hint: `An archive keeps its tenant's id. Restore it elsewhere, or delete the tenant first: DELETE /v1/tenants/${id}?confirm=${id}.`,
  });
}
