// Twins whose values in the index are of another declaration than the present one: they are written anew before they are searched.

import { and, asc, eq, gt, lt, or, sql, type SQL } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { alias } from "drizzle-orm/sqlite-core";
import { indexedAs, kindsOfProperties, refuse, type Manifest } from "@eigentwin/core";
import { twin } from "@eigentwin/index";
import { log } from "@eigentwin/logging";
import { within } from "@eigentwin/objects";
import type { Env } from "../../env.ts";
import { twinAt } from "../services.ts";

const WAIT_MS = 2_000;
const AT_ONCE = 16;

/** False where it takes longer than a query waits. */
export async function followInTime(env: Env, tenant: string, id: string, isAnew: boolean): Promise<boolean> {
  try {
    await within(WAIT_MS, twinAt(env, tenant, id).follow(isAnew));
    return true;
  } catch (error) {
    log("warn", "twin not indexed yet", { twin: id, tenant, error });
    return false;
  }
}

const declaredBy = (type: Manifest["twinTypes"][number]): string => indexedAs(kindsOfProperties(type));

/** Which rows of these types say otherwise than what they declare now. */
const isBehind = (tenant: string, types: Manifest["twinTypes"]) =>
  and(
    eq(twin.tenant, tenant),
    or(
      ...types.map((type) => {
        const declared = declaredBy(type);
        return and(eq(twin.type, type.id), or(lt(twin.indexedAs, declared), gt(twin.indexedAs, declared)));
      }),
    ),
  );

const behind = alias(twin, "behind");

/** Whether there is one of these rows, as part of another statement. Two looks at the index for each type. */
export function isAnyBehind(tenant: string, types: Manifest["twinTypes"]): SQL {
  const declared = JSON.stringify(Object.fromEntries(types.map((type) => [type.id, declaredBy(type)])));
  const sides = [sql`<`, sql`>`].map(
    (side) =>
      sql`EXISTS (SELECT 1 FROM ${twin} AS behind WHERE ${behind.tenant} = ${tenant}
        AND ${behind.type} = declared.key AND ${behind.indexedAs} ${side} declared.value)`,
  );
  return sql`EXISTS (SELECT 1 FROM json_each(${declared}) AS declared WHERE ${sql.join(sides, sql` OR `)})`;
}

/** The next of these rows, in order of id. */
export const nextBehind = (env: Env, tenant: string, types: Manifest["twinTypes"], after = "") =>
  drizzle(env.INDEX)
    .select({ id: twin.id })
    .from(twin)
    .where(and(isBehind(tenant, types), gt(twin.id, after)))
    .orderBy(asc(twin.id))
    .limit(AT_ONCE);

/** A twin that is not there any more keeps nobody waiting. */
export async function bringIndexUp(env: Env, tenant: string, types: Manifest["twinTypes"]): Promise<void> {
  const untilMs = Date.now() + WAIT_MS;
  for (let last = ""; ;) {
    const behind = await nextBehind(env, tenant, types, last);
    if (behind.length === 0) return;
    const done = await Promise.all(behind.map(({ id }) => followInTime(env, tenant, id, true)));
    last = behind.at(-1)?.id ?? "";
    if (!done.every(Boolean) || (behind.length === AT_ONCE && Date.now() > untilMs))
      refuse("query.index-behind", "the index is being brought up to what these twin types declare", {
        hint: "Ask again: each time it comes further.",
      });
  }
}
