// An administrator, tenants and keys of a test deployment, made as anybody would make them.

import { createHash } from "node:crypto";
import type { Answer, TestDeployment } from "./deployment.ts";

export interface MadeKey {
  id: string;
  key: string;
  createdAt: string;
}

const made = ({ status, body }: Answer, member?: string): MadeKey => {
  if (status !== 201) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return (member === undefined ? body : body[member]) as MadeKey;
};

/** Stores what `npm run setup-token` stores; `minutes` from now it is over. */
export async function mintToken({ harness }: TestDeployment, token: string, minutes = 60): Promise<void> {
  const { INDEX } = await harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
  const hash = `sha256:${createHash("sha256").update(token).digest("hex")}`;
  const time = (after: number) => new Date(Date.now() + 60_000 * after).toISOString();
  await INDEX.prepare("INSERT INTO setup_token (hash, createdAt, expiresAt) VALUES (?, ?, ?)")
    .bind(hash, time(0), time(minutes))
    .run();
}

export async function makeAdministrator(deployment: TestDeployment, name = "admin"): Promise<MadeKey> {
  const token = `et_setup_${crypto.randomUUID()}`;
  await mintToken(deployment, token);
  return made(await deployment.call("POST", "/v1/setup", { key: null, body: { token, name } }));
}

/** Its first key. */
export const makeTenant = async (deployment: TestDeployment, administrator: string, id: string): Promise<MadeKey> =>
  made(await deployment.call("POST", "/v1/tenants", { key: administrator, body: { id, name: id } }), "key");

export const makeKey = async (deployment: TestDeployment, by: string, draft: object): Promise<MadeKey> =>
  made(await deployment.call("POST", "/v1/keys", { key: by, body: { name: "made for a test", ...draft } }));
