// What an archive holds, by the paths of its members. docs/archive.md is the same in words.

import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { folderOf } from "@eigentwin/runs";
import { tenantId } from "../routes/tenant-schemas.ts";
import { idSchema } from "../routes/twin-schemas.ts";

export const ARCHIVE_SCHEMA = "urn:eigentwin:archive:1";
export const INDEX_SCHEMA = "urn:eigentwin:index:1";
export const AUDIT_SCHEMA = "urn:eigentwin:audit:1";
export const MANIFEST = "manifest.json";
/** The public keys with which the tenant's evidence was signed. */
export const SIGNING_KEYS = "signing-keys.json";
export const INDEX_KINDS = ["twin", "dataset", "model", "run", "hook", "erasure"] as const;
export type IndexKind = (typeof INDEX_KINDS)[number];
/** Columns that never leave the deployment: sealed by a vault that no other one has. */
export const KEPT_HERE: Partial<Record<IndexKind, string>> = { hook: "secrets" };

export type Member =
  | { kind: "object"; of: "twin" | "run"; id: string }
  | { kind: "index"; table: IndexKind }
  | { kind: "body"; key: string }
  | { kind: "audit"; part: number }
  | { kind: "keys" }
  | { kind: "manifest" };

const OBJECT = /^(twin|run)s\/([^/]+)\/[1-9]\d{0,5}\.ndjson$/;
const INDEX = /^index\/(twin|dataset|model|run|hook|erasure)\/[1-9]\d{0,5}\.ndjson$/;
const AUDIT = /^audit\/([1-9]\d{0,5})\.ndjson$/;
const BODIES = "bodies/";

const MIB = 1024 * 1024;
const MOST_BYTES = {
  object: 16 * MIB,
  index: 16 * MIB,
  audit: 16 * MIB,
  body: 64 * MIB,
  keys: MIB,
  manifest: 8 * MIB,
} as const;

/** Refuses every path that no archive has: there is no way out of the layout, and no way around its limits. */
export function memberAt(path: string, bytes: number): Member {
  const member = memberNamed(path) ?? refuse("archive.malformed", "an archive has no such member", { at: path });
  if (bytes > MOST_BYTES[member.kind])
    refuse("archive.malformed", `this member has ${bytes} bytes, at most ${MOST_BYTES[member.kind]}`, { at: path });
  return member;
}

function memberNamed(path: string): Member | undefined {
  if (path === MANIFEST) return { kind: "manifest" };
  if (path === SIGNING_KEYS) return { kind: "keys" };
  const [, of, id] = OBJECT.exec(path) ?? [];
  if (of !== undefined && v.is(idSchema, id)) return { kind: "object", of: of as "twin" | "run", id };
  const [, table] = INDEX.exec(path) ?? [];
  if (table !== undefined) return { kind: "index", table: table as IndexKind };
  const [, auditPart] = AUDIT.exec(path) ?? [];
  if (auditPart !== undefined) return { kind: "audit", part: Number(auditPart) };
  const key = path.slice(BODIES.length);
  return path.startsWith(BODIES) && folderOf(key) !== undefined ? { kind: "body", key } : undefined;
}

export const objectPath = (of: "twin" | "run", id: string, part: number) => `${of}s/${id}/${part}.ndjson`;
export const indexPath = (table: IndexKind, part: number) => `index/${table}/${part}.ndjson`;
export const auditPath = (part: number) => `audit/${part}.ndjson`;
export const bodyPath = (key: string) => BODIES + key;

const listed = v.strictObject({
  path: v.string(),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  digest: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
});
export type ListedMember = v.InferOutput<typeof listed>;

const manifestSchema = v.strictObject({
  schema: v.literal(ARCHIVE_SCHEMA),
  tenant: v.strictObject({ id: tenantId, name: v.string() }),
  madeAt: v.string(),
  members: v.array(listed),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;

export function readManifest(text: string, tenant: string): Manifest {
  const manifest = parsed(text);
  if (manifest.tenant.id !== tenant)
    refuse("archive.malformed", `this is the archive of tenant ${manifest.tenant.id}, not of ${tenant}`, {
      at: MANIFEST,
      hint: `Restore it under its own id: PUT /v1/tenants/${manifest.tenant.id}/archive.`,
    });
  const paths = new Set<string>();
  for (const { path, bytes } of manifest.members) {
    if (memberAt(path, bytes).kind === "manifest" || paths.has(path))
      refuse("archive.malformed", "the manifest lists itself, or a member twice", { at: path });
    paths.add(path);
  }
  return manifest;
}

function parsed(text: string): Manifest {
  try {
    return v.parse(manifestSchema, JSON.parse(text));
  } catch (error) {
    return refuse("archive.malformed", `this is no manifest of ${ARCHIVE_SCHEMA}: ${String(error)}`, { at: MANIFEST });
  }
}
