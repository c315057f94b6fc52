// The demo tenant of a local deployment, made as any other: setup token, administrator, tenant, its first key.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mintToken } from "./mint-token.ts";

export const administratorFile = (stateFolder: string): string => join(stateFolder, "administrator-key");
const demoFile = (stateFolder: string): string => join(stateFolder, "demo-key");

const keep = (file: string, key: string) => writeFileSync(file, key, { mode: 0o600 });
const kept = (file: string): string | undefined => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

/** Before the Workers start: two processes should not write the index at once. Undefined where there is a key already. */
export async function tokenForAdministrator(stateFolder: string): Promise<string | undefined> {
  return existsSync(administratorFile(stateFolder)) ? undefined : (await mintToken({ stateFolder })).token;
}

/** The demo tenant's key: that of an earlier start, or of a tenant that is made now. */
export async function demoKey(url: string, stateFolder: string, token: string | undefined): Promise<string> {
  if (token !== undefined) {
    const { key } = await post<{ key: string }>(`${url}/v1/setup`, { token, name: "local administrator" });
    keep(administratorFile(stateFolder), key);
  }
  const known = kept(demoFile(stateFolder));
  if (known !== undefined) return known;
  const administrator = kept(administratorFile(stateFolder)) ?? "";
  const made = await post<{ key: { key: string } }>(`${url}/v1/tenants`, { id: "demo", name: "Demo" }, administrator);
  keep(demoFile(stateFolder), made.key.key);
  return made.key.key;
}

async function post<T>(url: string, body: object, key?: string): Promise<T> {
  const headers = { "content-type": "application/json", ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${url} got ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
