// What a key may do: `<kind>:read` and `<kind>:write` for each kind of thing, or `*` for everything of its tenant.

const SCOPE_FACTS = {
  "twins:read": "read and list twins and their streams",
  "twins:write": "create, import, change and delete twins, append points",
  "datasets:read": "read what datasets are",
  "datasets:write": "store and import datasets",
  "models:read": "read what models are",
  "runs:read": "list and watch runs, read their evidence",
  "runs:write": "ask capabilities, cancel runs",
  "events:read": "watch what happens as it happens",
  "webhooks:read": "see which webhooks there are, and what they were told",
  "webhooks:write": "create, change, drive and delete webhooks",
  "consent:read": "see what persons have consented to",
  "consent:write": "note that a person consents to a purpose, or does no more",
  "erasures:read": "see which twins were erased, with the receipts",
  "erasures:write": "erase a twin with everything that is known of it, for good",
  "audit:read": "read who changed what, and check that the log is whole",
  "hooks:read": "see which hooks let messages in, and what is made of them",
  "hooks:write": "create, change, try and delete hooks, by which whoever has their secret writes twins",
  "keys:read": "see what keys there are",
  "keys:write": "make, rotate and revoke keys, never wider than one's own",
  "credentials:read": "see which credentials are stored, never what they are",
  "credentials:write": "store and delete credentials",
  "export:read": "take the tenant's whole content out as an archive",
  "tenants:read": "see what tenants there are and how they stand",
  "tenants:write":
    "create, suspend, resume and delete tenants, restore one from an archive, make another first key of one",
  "metrics:read": "read the deployment's metrics",
} as const satisfies Record<string, string>;

export type Scope = keyof typeof SCOPE_FACTS;
export const SCOPES = SCOPE_FACTS as Readonly<Record<Scope, string>>;

/** Of administrators, who have no other right: they see that tenants are there and nothing of what they hold. */
export const ADMINISTRATOR_SCOPES = [
  "tenants:read",
  "tenants:write",
  "metrics:read",
  "keys:read",
  "keys:write",
  "audit:read",
] as const satisfies readonly Scope[];

/** Beyond any tenant, so that `*` does not hold them. */
const BEYOND_TENANTS: readonly string[] = ["tenants:read", "tenants:write", "metrics:read"];

export const EVERYTHING = "*";

/** True where a key of these scopes may do what `wanted` says; `*` itself is had only by `*`. */
export const grants = (scopes: readonly string[], wanted: string): boolean =>
  scopes.includes(wanted) || (scopes.includes(EVERYTHING) && !BEYOND_TENANTS.includes(wanted));
