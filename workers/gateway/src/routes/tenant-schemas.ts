// Schemas of tenants.

import * as v from "valibot";
import { nameSchema, newKeyAnswer } from "./key-schemas.ts";

/** The tenant of administrators' keys; it holds nothing and is never listed. */
export const ADMINISTRATION = "administration";

export const tenantId = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "the id of a tenant has 1 to 63 lower-case letters, digits or dashes"),
);
export const tenantParam = v.object({ id: tenantId });

export const tenantDraft = v.strictObject({ id: tenantId, name: nameSchema });

export const tenantAnswer = v.object({
  id: v.string(),
  name: v.string(),
  createdAt: v.string(),
  state: v.picklist(["active", "suspended", "restoring", "deleting"]),
});

export const newTenantAnswer = v.object({
  ...tenantAnswer.entries,
  key: v.pipe(newKeyAnswer, v.description("Its first key, with the scope `*`")),
});

export const tenantPage = v.object({ items: v.array(tenantAnswer), next: v.nullable(v.string()) });

export const confirmed = v.strictObject({
  confirm: v.pipe(v.optional(v.string(), ""), v.description("The id once more: nothing brings a deleted tenant back")),
});
