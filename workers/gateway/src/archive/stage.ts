// Members of an archive on their way in: each is stored apart from all content until the whole archive is there, so that
// nothing of it can be read before, and what has come survives any interruption.

import { digestBytes, refuse } from "@eigentwin/core";
import { stagingFolder, stagingProgress } from "@eigentwin/runs";
import type { Env } from "../../env.ts";
import type { ListedMember } from "./layout.ts";

export async function stage(env: Env, tenant: string, path: string, bytes: Uint8Array): Promise<string> {
  const digest = await digestBytes(bytes);
  await env.BODIES.put(stagingFolder(tenant) + path, bytes as Uint8Array<ArrayBuffer>, { customMetadata: { digest } });
  return digest;
}

/** Of the digest that the manifest names; any where none is given. */
export async function staged(env: Env, tenant: string, path: string, digest?: string): Promise<Uint8Array> {
  const object = await env.BODIES.get(stagingFolder(tenant) + path);
  if (!object || (digest !== undefined && object.customMetadata?.["digest"] !== digest))
    return refuse("archive.incomplete", "this member is missing or has another digest", {
      at: path,
      hint: "Send it again.",
    });
  return object.bytes();
}

export const isStaged = async (env: Env, tenant: string, path: string): Promise<boolean> =>
  (await env.BODIES.head(stagingFolder(tenant) + path)) !== null;

/** A page of what has come, in order of path. */
export async function stagedPage(env: Env, tenant: string, cursor?: string) {
  const prefix = stagingFolder(tenant);
  const found = await env.BODIES.list({ prefix, include: ["customMetadata"], ...(cursor !== undefined && { cursor }) });
  const items: ListedMember[] = found.objects.map(({ key, size, customMetadata }) => ({
    path: key.slice(prefix.length),
    bytes: size,
    digest: customMetadata?.["digest"] ?? "",
  }));
  return { items, next: found.truncated ? found.cursor : null };
}

export async function allStaged(env: Env, tenant: string): Promise<ListedMember[]> {
  const all: ListedMember[] = [];
  for (let cursor: string | undefined; ;) {
    const { items, next } = await stagedPage(env, tenant, cursor);
    all.push(...items);
    if (next === null) return all;
    cursor = next;
  }
}

/** How far the content has been put in its places: of one manifest, for the tenant that began then. */
export interface Progress {
  manifest: string;
  since: string;
  applied: number;
}

export async function readProgress(env: Env, tenant: string): Promise<Progress | undefined> {
  const object = await env.BODIES.get(stagingProgress(tenant));
  return object ? object.json<Progress>() : undefined;
}

export const keepProgress = (env: Env, tenant: string, progress: Progress) =>
  env.BODIES.put(stagingProgress(tenant), JSON.stringify(progress));

/** Of a restore that is over. */
export async function forgetStaged(env: Env, tenant: string): Promise<void> {
  for (;;) {
    const { objects } = await env.BODIES.list({ prefix: stagingFolder(tenant) });
    if (objects.length === 0) break;
    await env.BODIES.delete(objects.map(({ key }) => key));
  }
  await env.BODIES.delete(stagingProgress(tenant));
}
