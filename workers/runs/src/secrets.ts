// A tenant's secrets on their way to a backend, and the search for them in all that it says afterwards.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import {
  NO_SECRETS,
  refuse,
  unwrap,
  type BackendAccess,
  type BackendDescription,
  type Submission,
} from "@eigentwin/core";
import { credential } from "@eigentwin/index";
import { credentialName, vaultOf } from "@eigentwin/system";
import type { Env } from "../env.ts";

/** What the tenant has stored, as `plugin/name`. */
export async function storedCredentials(env: Env, tenant: string): Promise<Set<string>> {
  const rows = await drizzle(env.INDEX)
    .select({ plugin: credential.plugin, name: credential.name })
    .from(credential)
    .where(eq(credential.tenant, tenant));
  return new Set(rows.map(({ plugin, name }) => credentialName(plugin, name)));
}

/** The secrets that a backend declares, opened. */
export async function accessOf(
  env: Env,
  tenant: string,
  plugin: string,
  { secrets = [] }: BackendDescription,
): Promise<BackendAccess> {
  if (secrets.length === 0) return NO_SECRETS;
  const rows = await drizzle(env.INDEX)
    .select()
    .from(credential)
    .where(and(eq(credential.tenant, tenant), eq(credential.plugin, plugin)));
  const opened = secrets.map(async (name) => {
    const sealed =
      rows.find((row) => row.name === name)?.sealed ??
      refuse("credential.not-found", `the tenant has stored no credential ${plugin}/${name}`, {
        hint: `Store it: PUT /v1/credentials/${plugin}/${name}.`,
      });
    const bound = credentialName(plugin, name);
    return [name, unwrap(await vaultOf(env.VAULTS, tenant).open(bound, sealed))] as const;
  });
  return { secrets: Object.fromEntries(await Promise.all(opened)) };
}

/** What a call answers or throws, without a secret in any text of it, as it is or as URLs, JSON and headers write it. */
export async function withoutSecrets<T>({ secrets }: BackendAccess, call: Promise<T>): Promise<T> {
  const written = Object.values(secrets).flatMap(writings);
  if (written.length === 0) return call;
  const redacted = (text: string) => written.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
  try {
    const answer = await call;
    // A result is what was measured: altered, it would be another one.
    if (isDone(answer) && writes(answer, written)) return failed(HOLDS_SECRET) as T;
    return inTexts(answer, redacted) as T;
  } catch (error) {
    // The stack and a cause could hold it too: what is left of a throw is its words.
    throw new Error(redacted(String(error)));
  }
}

const HOLDS_SECRET = "the backend's result holds a secret that it was given";
const failed = (message: string): Submission => ({
  state: "failed",
  failure: { code: "backend.broke-contract", message },
});

const isDone = (answer: unknown): boolean =>
  typeof answer === "object" && answer !== null && "state" in answer && answer.state === "done";

function writes(value: unknown, secrets: readonly string[]): boolean {
  let found = false;
  inTexts(value, (text) => {
    found ||= secrets.some((secret) => text.includes(secret));
    return text;
  });
  return found;
}

const writings = (secret: string): string[] => {
  const bytes = Array.from(new TextEncoder().encode(secret), (byte) => String.fromCharCode(byte)).join("");
  const ways = [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1), btoa(bytes)];
  // The longest first: a writing may hold a shorter one.
  return [...new Set(ways)].sort((a, b) => b.length - a.length);
};

/** Plain data with every text changed; typed arrays hold numbers alone. */
function inTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((member) => inTexts(member, change));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [change(name), inTexts(member, change)]));
}
