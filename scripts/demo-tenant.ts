// The demo tenant of a local deployment, made as any other: setup token, administrator, tenant, its first key. Whoever has
// revoked its key or deleted it meant that: nothing is made anew behind their back.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { problemOf, reach } from "./archive/connection.ts";
import { mintToken } from "./mint-token.ts";

export const administratorFile = (stateFolder: string): string => join(stateFolder, "administrator-key");
export const demoFile = (stateFolder: string): string => join(stateFolder, "demo-key");
/** What is known of a cohort that the demo tenant has, by a name that follows from its files. */
export const cohortNote = (stateFolder: string, name: string): string => join(stateFolder, `cohort-${name}.json`);

const keep = (file: string, key: string) => writeFileSync(file, key, { mode: 0o600 });
const kept = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, "utf8").trim() || undefined : undefined;

/** The demo is not there any more: no fault of the deployment. */
export class DemoGone extends Error {}

/** Before the Workers start: two processes should not write the index at once. Undefined where there is a key already. */
export async function tokenForAdministrator(stateFolder: string): Promise<string | undefined> {
  return existsSync(administratorFile(stateFolder)) ? undefined : (await mintToken({ stateFolder })).token;
}

export async function makeAdministrator(url: string, stateFolder: string, token: string): Promise<void> {
  const response = await ask("POST", `${url}/v1/setup`, undefined, { token, name: "local administrator" });
  if (!response.ok) throw new Error(`no administrator could be made: ${await problemOf(response)}`);
  keep(administratorFile(stateFolder), ((await response.json()) as { key: string }).key);
}

/** The demo tenant's key: that of an earlier start, or of a tenant that is made now. Throws DemoGone. */
export async function demoKey(url: string, stateFolder: string): Promise<string> {
  const file = demoFile(stateFolder);
  const known = kept(file);
  if (known !== undefined) {
    const response = await ask("GET", `${url}/v1/session`, known);
    if (response.ok) return known;
    throw new DemoGone(`the demo key in ${file} does not let in any more: ${await problemOf(response)}`);
  }
  const draft = { id: "demo", name: "Demo" };
  const response = await ask("POST", `${url}/v1/tenants`, kept(administratorFile(stateFolder)), draft);
  if (!response.ok)
    throw new DemoGone(`there is no demo key, and no demo tenant can be made: ${await problemOf(response)}`);
  const { key } = ((await response.json()) as { key: { key: string } }).key;
  // A new tenant has nothing of what an earlier one had.
  for (const name of readdirSync(stateFolder)) if (/^cohort-.*\.json$/.test(name)) rmSync(join(stateFolder, name));
  keep(file, key);
  return key;
}

const ask = (method: string, url: string, key?: string, body?: object): Promise<Response> =>
  reach(url, {
    method,
    headers: {
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
