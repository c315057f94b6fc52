// One page of twins: the filter and the order as one statement. With a sort by a value, twins that have none come last.

import { and, asc, desc, eq, gt, inArray, isNull, lt, sql, type SQL } from "drizzle-orm";
import { alias, QueryBuilder, type BaseSQLiteDatabase } from "drizzle-orm/sqlite-core";
import { twin, twinValue } from "@eigentwin/index";
import { valueOf, type Lowered } from "./lower.ts";

/** D1, and in tests any SQLite. */
export type Index = Pick<BaseSQLiteDatabase<"async", unknown>, "select">;

export interface Question {
  tenant: string;
  /** Of the row of a twin: its type, and that the caller sees it. */
  where: readonly (SQL | undefined)[];
  filter: Lowered;
  /** The field that is sorted by, where it is not the id. */
  sort?: string;
  isDescending: boolean;
  /** Whether the index has everything of the twins that are asked of; told with each row. */
  isBehind?: SQL;
}

/** The last row of the page before; `value` is null among those that have none. */
export interface Position {
  value: number | string | null;
  id: string;
}

const found = alias(twinValue, "found");
const sorted = alias(twinValue, "sorted");

const columns = {
  id: twin.id,
  type: twin.type,
  revision: twin.revision,
  synthetic: twin.synthetic,
  createdAt: twin.createdAt,
  updatedAt: twin.updatedAt,
};

/** Those that have the value that is sorted by, in its order. */
export function selectSorted(index: Index, question: Question, sort: string, after: Position | undefined) {
  const { tenant, where, filter, isDescending } = question;
  const isPast =
    after && sql`(${sorted.value}, ${sorted.twin}) ${isDescending ? sql`<` : sql`>`} (${after.value}, ${after.id})`;
  const order = isDescending ? desc : asc;
  const isIt = and(eq(sorted.tenant, tenant), eq(sorted.field, sort), isPast);
  return index
    .select({ ...columns, sortedBy: sorted.value, isBehind: toldWith(question) })
    .from(sorted)
    .innerJoin(twin, and(eq(twin.tenant, tenant), eq(twin.id, sorted.twin)))
    .where(and(isIt, leads(question), ...where, ...filter.rest))
    .orderBy(order(sorted.value), order(sorted.twin));
}

/** In order of id; where there is a sort, those that have no value of it. */
export function selectById(index: Index, question: Question, afterId: string | undefined) {
  const { tenant, where, filter, sort, isDescending } = question;
  const [order, past] = isDescending ? [desc, lt] : [asc, gt];
  const rest = and(...where, sort === undefined ? undefined : isNull(valueOf({ name: sort })), ...filter.rest);
  const select = index.select({ ...columns, sortedBy: sql<null>`NULL`, isBehind: toldWith(question) });
  if (!filter.leads)
    return select
      .from(twin)
      .where(and(eq(twin.tenant, tenant), afterId === undefined ? undefined : past(twin.id, afterId), rest))
      .orderBy(order(twin.id));
  const { field, value } = filter.leads;
  const isFound = and(eq(found.tenant, tenant), eq(found.field, field), eq(found.value, value));
  return select
    .from(found)
    .innerJoin(twin, and(eq(twin.tenant, tenant), eq(twin.id, found.twin)))
    .where(and(isFound, afterId === undefined ? undefined : past(found.twin, afterId), rest))
    .orderBy(order(found.twin));
}

const toldWith = ({ isBehind }: Question) => sql<number>`${isBehind ?? sql`0`}`.as("isBehind");

/** Where another index gives the order, what would have led is a set that each twin is looked up in. */
function leads({ tenant, filter }: Question): SQL | undefined {
  if (!filter.leads) return undefined;
  const { field, value } = filter.leads;
  const isFound = and(eq(found.tenant, tenant), eq(found.field, field), eq(found.value, value));
  return inArray(sorted.twin, new QueryBuilder().select({ twin: found.twin }).from(found).where(isFound));
}
