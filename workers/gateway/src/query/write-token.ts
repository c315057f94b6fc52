// The token that a write is answered with: a query that sends it back sees that write.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import { twin } from "@eigentwin/index";
import { partsOf } from "@eigentwin/twins";
import type { Env } from "../../env.ts";
import { sees, type Caller } from "../caller.ts";
import { decodeCursor, encodeCursor } from "../paging.ts";
import { followInTime } from "./behind.ts";

export const WRITE_TOKEN = "eigentwin-write-token";
const MOST_TOKENS = 10;
/** The twin and its sequence after the write; 0 where it is gone. */
const TOKEN = /^([\w.:-]+) (\d{1,15})$/;

/** A header of the answer to a write; what is done on a branch is in no index that a query could wait for. */
export const writeToken = ({ id, sequence }: { id: string; sequence: number }): Record<string, string> =>
  partsOf(id).branch === undefined ? { [WRITE_TOKEN]: encodeCursor([id, sequence]) } : {};

export const writeTokenHeader = {
  [WRITE_TOKEN]: v.optional(
    v.pipe(v.string(), v.description("Of the answers to writes that are to be seen: at most 10, with commas between")),
  ),
};

/** Waits until the index has these writes, at most two seconds; then it is told that it has not. */
export async function seeWrites(env: Env, caller: Caller, header: string | undefined): Promise<void> {
  const at = `header ${WRITE_TOKEN}`;
  const tokens = (header ?? "")
    .split(",")
    .map((token) => token.trim())
    .filter((token) => token !== "");
  if (tokens.length > MOST_TOKENS)
    refuse("query.invalid", `a query waits for at most ${MOST_TOKENS} writes`, {
      at,
      hint: "Send the tokens of the last ones.",
    });
  await Promise.all(tokens.map((token) => seeWrite(env, caller, decodeCursor(token, TOKEN, at))));
}

async function seeWrite(env: Env, caller: Caller, [id = "", written = ""]: string[]): Promise<void> {
  const sequence = Number(written);
  const [row] = await drizzle(env.INDEX)
    .select({ type: twin.type, sequence: twin.sequence })
    .from(twin)
    .where(and(eq(twin.tenant, caller.tenant), eq(twin.id, id)));
  const known = row && sees(caller, row.type) ? row : undefined;
  const isSeen = sequence === 0 ? !known : known !== undefined && known.sequence >= sequence;
  if (isSeen) return;
  // An object is called only where the index has it: what is not there must leave no trace.
  if (known && (await followInTime(env, caller.tenant, id, false))) return;
  refuse("query.index-behind", `the index does not have the write to twin ${id} yet`, {
    at: `header ${WRITE_TOKEN}`,
    hint: "Ask again in a second. If the twin was deleted since, leave its token out.",
  });
}
