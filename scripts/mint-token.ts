// A setup token: whoever may write the index may make an administrator. Only its digest is stored.

import { createHash, randomBytes } from "node:crypto";
import { run } from "./command.ts";

export const DATABASE = "eigentwin-index";
const GOOD_FOR_MS = 60 * 60 * 1000;

/** Which database: that of a local state folder, or the deployed one. */
export type Where = { stateFolder: string } | "remote";

export async function mintToken(where: Where): Promise<{ token: string; expiresAt: string }> {
  const token = `et_setup_${randomBytes(20).toString("hex")}`;
  const hash = createHash("sha256").update(token).digest("hex");
  const now = Date.now();
  const [createdAt, expiresAt] = [new Date(now).toISOString(), new Date(now + GOOD_FOR_MS).toISOString()];
  await executeSql(
    where,
    `DELETE FROM setup_token WHERE expiresAt < '${createdAt}';
     INSERT INTO setup_token (hash, createdAt, expiresAt) VALUES ('sha256:${hash}', '${createdAt}', '${expiresAt}')`,
  );
  return { token, expiresAt };
}

async function executeSql(where: Where, sql: string): Promise<void> {
  const place = where === "remote" ? ["--remote"] : ["--local", "--persist-to", where.stateFolder];
  const { code, output } = await run("wrangler", ["d1", "execute", DATABASE, ...place, "--yes", "--command", sql]);
  if (code !== 0) throw new Error(`wrangler d1 execute failed:\n${output}`);
}
