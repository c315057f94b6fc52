// A query from its parameters to a page of twins.

import { eq, sql, type SQL, type SQLWrapper } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { baseOf, type Manifest } from "@eigentwin/core";
import { twin } from "@eigentwin/index";
import type { Env } from "../../env.ts";
import { sees, type Caller } from "../caller.ts";
import { manifests } from "../catalogue.ts";
import { bringIndexUp, isAnyBehind, nextBehind } from "./behind.ts";
import { decodeQueryCursor, encodeQueryCursor, queryDigest } from "./cursor.ts";
import { fieldsOf } from "./fields.ts";
import { projected, valuesOfPage } from "./project.ts";
import { fieldsIn, filterIn, orderIn } from "./read.ts";
import { selectById, selectSorted, type Index, type Position, type Question } from "./select.ts";

export interface Query {
  limit: number;
  cursor?: string | undefined;
  type?: string | undefined;
  filter?: string | undefined;
  sort?: string | undefined;
  fields?: string | undefined;
}

export async function askTwins(env: Env, caller: Caller, query: Query) {
  const { tenant } = caller;
  const digest = await queryDigest([query.type ?? null, query.filter ?? null, query.sort ?? null]);
  const cursor = query.cursor === undefined ? undefined : decodeQueryCursor(query.cursor, digest);
  const nowMs = cursor?.nowMs ?? Date.now();
  // The same pages have the same cursors, where what is asked does not change by itself.
  const isTimed = `${query.filter} ${query.fields}`.includes("stale");

  const all = await manifests(env);
  const seenTypes = all.flatMap(({ twinTypes }) => twinTypes).filter(({ id }) => sees(caller, id));
  const types = seenTypes.filter(({ id }) => query.type !== undefined && isOfType(id, query.type));
  const fields = fieldsOf({
    types,
    capabilities: all.flatMap(({ capabilities }) => capabilities),
    links: [...new Set(seenTypes.flatMap(({ links }) => Object.keys(links)))],
  });
  const isSeen = seenBy(caller.twinTypes);
  const open = openTypes(all).filter((base) => caller.twinTypes.length === 0 || caller.twinTypes.includes(base));
  const isFollowed = (type: SQLWrapper) => baseIn(type, open);
  const filter = filterIn(query.filter, { tenant, fields, isFollowed, nowMs });
  const told = fieldsIn(query.fields, fields);
  const where = [typeIs(query.type), isSeen(twin.type)];
  const isOfValues = types.length > 0 && [query.filter, query.sort, query.fields].some((text) => text !== undefined);
  const isBehind = isOfValues ? isAnyBehind(tenant, types) : undefined;
  const question = { tenant, where, filter, ...orderIn(query.sort, fields), ...(isBehind && { isBehind }) };

  const index = drizzle(env.INDEX);
  const read = () => rowsAfter(index, question, cursor?.after, query.limit + 1);
  let rows = await read();
  // Hardly ever is a twin behind, so that is asked in the same statement; where nothing was found it says nothing.
  if (isOfValues && (rows[0]?.isBehind ?? 1) === 1 && (await nextBehind(env, tenant, types)).length > 0) {
    await bringIndexUp(env, tenant, types);
    rows = await read();
  }
  const page = rows.slice(0, query.limit);
  const values = await valuesOfPage(index, tenant, page, told);
  const last = page.at(-1);
  const after = rows.length > query.limit && last && { value: last.sortedBy, id: last.id };
  return {
    items: page.map((row) => projected(row, told, values, nowMs)),
    next: after ? encodeQueryCursor({ query: digest, ...(isTimed && { nowMs }), after }) : null,
  };
}

/** Those without a value of the sort follow those with one. */
export async function rowsAfter(index: Index, question: Question, after: Position | undefined, limit: number) {
  const { sort } = question;
  if (sort === undefined) return selectById(index, question, after?.id).limit(limit);
  const isAmongOthers = after?.value === null;
  const first = isAmongOthers ? [] : await selectSorted(index, question, sort, after).limit(limit);
  if (first.length === limit) return first;
  const others = selectById(index, question, isAmongOthers ? after.id : undefined);
  return [...first, ...(await others.limit(limit - first.length))];
}

/** `a.b@1`, or `a.b` for all of its majors. */
const isOfType = (id: string, asked: string): boolean => id === asked || id.startsWith(`${asked}@`);

/** Bases of the types that are no persons: what links a person with anybody is read for a purpose. What nobody declares may be one. */
function openTypes(all: readonly Manifest[]): string[] {
  const types = all.flatMap(({ twinTypes }) => twinTypes);
  const personal = new Set(types.filter((type) => type.personal).map(({ id }) => baseOf(id)));
  return [...new Set(types.map(({ id }) => baseOf(id)))].filter((base) => !personal.has(base));
}

const typeIs = (asked: string | undefined): SQL | undefined =>
  asked === undefined ? undefined : asked.includes("@") ? eq(twin.type, asked) : baseIn(twin.type, [asked]);

export const seenBy =
  (twinTypes: readonly string[]) =>
  (type: SQLWrapper): SQL | undefined =>
    twinTypes.length === 0 ? undefined : baseIn(type, twinTypes);

const baseIn = (column: SQLWrapper, bases: readonly string[]): SQL =>
  sql`substr(${column}, 1, instr(${column}, '@') - 1) IN (SELECT value FROM json_each(${JSON.stringify(bases)}))`;
