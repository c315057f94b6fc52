// An archive on disk: its members one by one, and whether it is whole.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { createTarDecoder } from "modern-tar";

export interface FileMember {
  path: string;
  bytes: Uint8Array;
  digest: string;
}

export interface Manifest {
  schema: string;
  tenant: { id: string; name: string };
  madeAt: string;
  members: { path: string; bytes: number; digest: string }[];
}

export const SCHEMA = "urn:eigentwin:archive:1";
export const MANIFEST = "manifest.json";

export async function* membersOf(file: string): AsyncGenerator<FileMember> {
  const bytes = Readable.toWeb(createReadStream(file)) as unknown as ReadableStream<Uint8Array>;
  for await (const { header, body } of bytes.pipeThrough(createTarDecoder({ strict: true }))) {
    const content = await new Response(body).bytes();
    const digest = `sha256:${createHash("sha256").update(content).digest("hex")}`;
    yield { path: header.name, bytes: content, digest };
  }
}

/** Throws with what is wrong. A member that comes twice counts as it came last. */
export async function verify(file: string): Promise<Manifest> {
  const digests = new Map<string, string>();
  let manifest: Manifest | undefined;
  for await (const { path, bytes, digest } of membersOf(file)) {
    if (path === MANIFEST) manifest = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
    else digests.set(path, digest);
  }
  if (!manifest) throw new Error(`${file} has no manifest: it was cut off; export again`);
  if (manifest.schema !== SCHEMA) throw new Error(`${file} is a ${manifest.schema}; this reads ${SCHEMA}`);
  const bad = manifest.members.filter(({ path, digest }) => digests.get(path) !== digest);
  if (bad.length > 0)
    throw new Error(`${bad.length} members of ${file} are missing or have another digest, first ${bad[0]?.path}`);
  return manifest;
}
