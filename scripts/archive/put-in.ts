// Puts an archive into a deployment, in parts that a request may have. What has come already is not sent again, so an
// interrupted restore is taken up by the same command.

import { setTimeout } from "node:timers/promises";
import { packTar } from "modern-tar";
import { MANIFEST, membersOf, verify, type FileMember, type Manifest } from "./archive-file.ts";
import { send, type Connection } from "./connection.ts";

/** The platform takes bodies of up to 100 MB, the route of up to 90 MiB. */
const PART_BYTES = 64 * 1024 * 1024;
/** The request of a try that was interrupted may still be under way. */
const AGAIN_MS = 2_000;

export interface PutIn {
  tenant: string;
  members: number;
  /** How many had come before. */
  found: number;
  key: { id: string; key: string };
}

interface Answer {
  code?: string;
  detail?: string;
  hint?: string;
  state: "restoring" | "active";
  applied?: number;
  of?: number;
  key?: PutIn["key"];
}

export async function putIn(
  connection: Connection,
  file: string,
  say: (line: string) => void,
  partBytes = PART_BYTES,
): Promise<PutIn> {
  say("verifying every digest");
  const manifest = await verify(file);
  const path = `/v1/tenants/${encodeURIComponent(manifest.tenant.id)}/archive`;
  const there = await arrived(connection, path);
  const members = manifest.members.length;
  const found = manifest.members.filter(({ path, digest }) => there.get(path) === digest).length;
  if (found > 0) say(`${found} of ${members} members are there from an earlier try`);
  let sent = found;
  let last: FileMember | undefined;
  for await (const part of partsOf(file, manifest, there, partBytes)) {
    if (part[0]?.path === MANIFEST) {
      [last] = part;
      continue;
    }
    await put(connection, path, part);
    say(`${(sent += part.length)} of ${members} members sent`);
  }
  for (;;) {
    const answer = await put(connection, path, last ? [last] : []);
    if (answer.code !== undefined) throw new Error(`${answer.code}: ${answer.detail}`);
    if (answer.state === "active" && answer.key) return { tenant: manifest.tenant.id, members, found, key: answer.key };
    say(`${answer.applied} of ${answer.of} put in their places`);
  }
}

/** 409 while the manifest of an earlier try waits for what is still to come, or while another request goes on with it. */
async function put(connection: Connection, path: string, part: readonly FileMember[]): Promise<Answer> {
  const tar = await packTar(
    part.map(({ path, bytes }) => ({ header: { name: path, size: bytes.length }, body: bytes })),
  );
  const init = { method: "PUT", headers: { "content-type": "application/x-tar" }, body: tar };
  const { status, answer } = await send<Answer>(connection, path, init, [409]);
  if (answer.code === "tenant.busy") {
    await setTimeout(AGAIN_MS);
    return put(connection, path, part);
  }
  if (status === 409 && answer.code !== "archive.incomplete")
    throw new Error([`${answer.code}: ${answer.detail}`, answer.hint].filter(Boolean).join("\n"));
  return answer;
}

/** Digests by path of what has come; nothing where no restore has begun. */
async function arrived(connection: Connection, path: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (let cursor = ""; ;) {
    const { status, answer } = await send<{ items: Manifest["members"]; next: string | null }>(
      connection,
      path + cursor,
      {},
      [404],
    );
    if (status === 404) return digests;
    for (const { path, digest } of answer.items) digests.set(path, digest);
    if (answer.next === null) return digests;
    cursor = `?cursor=${encodeURIComponent(answer.next)}`;
  }
}

/** Members still to come, together as large as a request may be; the manifest comes alone, and last. */
async function* partsOf(
  file: string,
  { members }: Manifest,
  there: ReadonlyMap<string, string>,
  partBytes: number,
): AsyncGenerator<FileMember[]> {
  const wanted = new Map(members.map(({ path, digest }) => [path, digest]));
  let part: FileMember[] = [];
  let size = 0;
  let manifest: FileMember | undefined;
  for await (const member of membersOf(file)) {
    if (member.path === MANIFEST) manifest = member;
    if (wanted.get(member.path) !== member.digest || there.get(member.path) === member.digest) continue;
    if (part.length > 0 && size + member.bytes.length > partBytes) {
      yield part;
      [part, size] = [[], 0];
    }
    part.push(member);
    size += member.bytes.length;
  }
  if (part.length > 0) yield part;
  if (manifest) yield [manifest];
}
