// Links followed a few steps from one twin, by the index of links. A caller's way leads through twins that it sees only,
// and that are no persons.

import { and, eq, inArray, sql, type SQL } from "drizzle-orm";
import { QueryBuilder, union } from "drizzle-orm/sqlite-core";
import type { Linked } from "@eigentwin/core";
import { link, twin } from "@eigentwin/index";
import type { Lowering } from "./lower.ts";

const db = new QueryBuilder();

export function lowerLinked({ direction, twin: id, by, within, offset }: Linked, lowering: Lowering): SQL {
  const { tenant, fields, complain, isFollowed } = lowering;
  const names = by.map((name) => fields.link(name, { complain, offset }));
  const isNamed = sql`${link.name} IN (SELECT value FROM json_each(${JSON.stringify(names)}))`;
  const [here, there] = direction === "from" ? [link.source, link.target] : [link.target, link.source];

  const isStart = and(eq(twin.tenant, tenant), eq(twin.id, id), isFollowed(twin.type));
  const start = db.select({ id: twin.id }).from(twin).where(isStart);
  type Ends = typeof start;
  const isOneFrom = (ends: Ends) =>
    and(eq(link.tenant, tenant), inArray(here, ends), names.length > 0 ? isNamed : undefined);
  const reached = (ends: Ends) => db.select({ id: there }).from(link).where(isOneFrom(ends)) as unknown as Ends;
  /** Of the last twins on the way the query itself asks whether they are seen. */
  const passed = (ends: Ends): Ends =>
    isFollowed(twin.type) === undefined
      ? reached(ends)
      : (db
          .select({ id: there })
          .from(link)
          .innerJoin(twin, and(eq(twin.tenant, link.tenant), eq(twin.id, there)))
          .where(and(isOneFrom(ends), isFollowed(twin.type))) as unknown as Ends);

  let ends = start;
  const steps = Array.from({ length: within }, () => {
    const step = reached(ends);
    ends = passed(ends);
    return step;
  });
  const [first = start, second, ...more] = steps;
  const isReached = inArray(twin.id, second ? union(first, second, ...more) : first);
  // Here the last link is of the twin that is found: its own to tell.
  return direction === "to" ? sql`(${and(isReached, isFollowed(twin.type))})` : isReached;
}
