// Whom a run is asked about: there for the caller, of the kind and type that the capability needs.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Context } from "hono";
import { baseOf, majorOf, refuse, unwrap, upgradePath, type Subject } from "@eigentwin/core";
import { dataset } from "@eigentwin/index";
import type { TwinSubject } from "@eigentwin/twins";
import { sees } from "./caller.ts";
import { manifests } from "./catalogue.ts";
import type { Gateway } from "./context.ts";
import { knownTwinOrBranch } from "./known.ts";
import { mayBePersonal, permitsOf } from "./readable.ts";
import { upgraderOf } from "./services.ts";

export async function findSubject(
  c: Context<Gateway>,
  wanted: { kind: "twin" | "dataset"; id: string },
  need: { kind: "twin"; type: string } | { kind: "dataset" },
  purpose: string | null,
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
    // What a run about a dataset finds belongs to no twin type: who sees only some types has no such runs.
    if (!row || !sees(c.get("caller"), null))
      return refuse("dataset.not-found", `there is no dataset ${wanted.id}`, { at: "/subject/id" });
    return { subject: { kind: "dataset", id: row.id }, synthetic: row.synthetic };
  }
  const { id, type, revision, properties, synthetic, branch } = await asType(c, wanted.id, need.type, purpose);
  return { subject: { kind: "twin", id, type, revision, properties, ...(branch && { branch }) }, synthetic };
}

/** A twin of an older major is upgraded when a question first needs it. */
async function asType(c: Context<Gateway>, id: string, needed: string, purpose: string | null): Promise<TwinSubject> {
  const caller = c.get("caller");
  const twin = unwrap(await (await knownTwinOrBranch(c.env, caller, id)).subject());
  if (await mayBePersonal(c.env, twin.type)) unwrap(await permitsOf(c, id, purpose));
  if (twin.type === needed) return twin;
  const types = (await manifests(c.env)).flatMap(({ twinTypes }) => twinTypes);
  if (!twin.branch && upgradePath(types, twin.type, needed))
    return unwrap(
      await upgraderOf(c.env, caller.tenant, id).upgrade({
        tenant: caller.tenant,
        id,
        to: needed,
        author: { by: caller.keyId, reason: "a question needed the newer major" },
      }),
    );
  return refuse("subject.wrong-type", `this capability is asked about a ${needed}, ${id} is a ${twin.type}`, {
    at: "/subject/id",
    ...(baseOf(twin.type) === baseOf(needed) && { hint: otherMajor(twin, needed) }),
  });
}

const otherMajor = ({ type, branch }: TwinSubject, needed: string): string =>
  branch
    ? `A branch keeps the type that it was made with: make one of the twin as a ${needed}.`
    : majorOf(type) > majorOf(needed)
      ? `The twin is of a newer major: ask a capability about ${type}, or undo its upgrade (POST /v1/twins/{id}/undo-upgrade).`
      : `No bound plugin upgrades a ${type} to a ${needed}: its \`upgradesFrom\` in GET /v1/twin-types says what it upgrades.`;
