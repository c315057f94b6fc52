// A tenant's content as one tar: every member once, then the manifest with the digest of each. Nothing is held but the
// member at hand and the list.

import { createTarPacker, type TarPackController } from "modern-tar";
import { log } from "@eigentwin/logging";
import type { Env } from "../../env.ts";
import { contentOf, type Content } from "./content.ts";
import { ARCHIVE_SCHEMA, MANIFEST, type ListedMember, type Manifest } from "./layout.ts";

export function writeArchive(env: Env, tenant: Manifest["tenant"]): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  writeMembers(env, tenant, controller).then(
    () => controller.finalize(),
    (error: unknown) => {
      // The answer has begun: an archive without its end and its manifest is how the caller learns of it.
      log("error", "export failed", { tenant: tenant.id, error });
      controller.error(error);
    },
  );
  return readable;
}

async function writeMembers(env: Env, tenant: Manifest["tenant"], controller: TarPackController): Promise<void> {
  const madeAt = new Date();
  // A member that is written again replaces the earlier one, as in every tar.
  const members = new Map<string, ListedMember>();
  for await (const content of contentOf(env, tenant.id, madeAt))
    members.set(content.path, await writeMember(controller, content, madeAt));
  const manifest: Manifest = {
    schema: ARCHIVE_SCHEMA,
    tenant,
    madeAt: madeAt.toISOString(),
    members: [...members.values()],
  };
  const bytes = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`);
  await writeMember(controller, { path: MANIFEST, size: bytes.length, body: bytes }, madeAt);
}

async function writeMember(
  controller: TarPackController,
  { path, size, body }: Content,
  mtime: Date,
): Promise<ListedMember> {
  const digests = new crypto.DigestStream("SHA-256");
  const [member, digest] = [controller.add({ name: path, size, mtime }).getWriter(), digests.getWriter()];
  for await (const chunk of body instanceof Uint8Array ? [body] : body)
    await Promise.all([member.write(chunk), digest.write(chunk)]);
  await Promise.all([member.close(), digest.close()]);
  const hex = Array.from(new Uint8Array(await digests.digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { path, bytes: size, digest: `sha256:${hex}` };
}
