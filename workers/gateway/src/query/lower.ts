// A filter as expressions of the query builder. One condition at the top leads: it is looked up by its index first, and all others
// are asked of the twins that it leaves.

import {
  and,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  lt,
  lte,
  ne,
  not,
  or,
  sql,
  type SQL,
  type SQLWrapper,
} from "drizzle-orm";
import { alias, QueryBuilder } from "drizzle-orm/sqlite-core";
import type { Complain, Filter, Operator } from "@eigentwin/core";
import { twin, twinValue } from "@eigentwin/index";
import type { Field, Fields } from "./fields.ts";
import { lowerLinked } from "./linked.ts";
import { checkOperator, scalarOf } from "./literals.ts";

type Scalar = number | string;
type Term = Exclude<Filter, { kind: "and" | "or" | "not" }>;

export interface Lowering {
  tenant: string;
  fields: Fields;
  complain: Complain;
  /** Through which twins links are followed, by the column of their type; nothing where through all. */
  isFollowed(type: SQLWrapper): SQL | undefined;
  /** What is stale is so at this time. */
  nowMs: number;
}

/** `leads` is an equality that is asked of the index in order of twins; `rest` holds of the row of a twin. */
export interface Lowered {
  leads?: { field: string; value: Scalar };
  rest: SQL[];
}

const value = alias(twinValue, "value");
const db = new QueryBuilder();

export function lowerFilter(filter: Filter, lowering: Lowering): Lowered {
  const terms = filter.kind === "and" ? filter.of : [filter];
  const ranks = terms.map((term) => rankOf(term, lowering));
  const first = terms[ranks.indexOf(Math.min(...ranks))];
  if (!first || Math.min(...ranks) === LAST || (first.kind !== "compare" && first.kind !== "in"))
    return { rest: terms.map((term) => lowered(term, lowering)) };
  const test = testOf(first, lowering);
  const others = terms.filter((term) => term !== first);
  if (test.operator === "=" && !Array.isArray(test.given))
    return { leads: { field: test.name, value: test.given }, rest: others.map((term) => lowered(term, lowering)) };
  // Both ends of a range are one stretch of the index.
  const tests = terms.flatMap((term) =>
    term.kind === "compare" || term.kind === "in" ? [testOf(term, lowering)] : [],
  );
  const same = tests.filter(({ name }) => name === test.name);
  const stretch = and(
    eq(value.tenant, lowering.tenant),
    eq(value.field, test.name),
    ...same.map((one) => compared(value.value, one)),
  );
  const holding = db.select({ twin: value.twin }).from(value).where(stretch);
  const rest = others.filter((term) => !isTestOf(term, test.name, lowering));
  return { rest: [inArray(twin.id, holding), ...rest.map((term) => lowered(term, lowering))] };
}

const isTestOf = (term: Filter, name: string, lowering: Lowering): boolean =>
  (term.kind === "compare" || term.kind === "in") && testOf(term, lowering).name === name;

const LAST = 9;
/** The fewer twins it usually leaves, the earlier it is asked. */
function rankOf(term: Filter, { fields, complain }: Lowering): number {
  if (term.kind === "linked") return 0;
  if (term.kind !== "compare" && term.kind !== "in") return LAST;
  if (fields.named(term.path, { complain, offset: term.offset }).column) return LAST;
  if (term.kind === "in") return 2;
  return { "=": 1, starts: 3, "<": 4, "<=": 4, ">": 4, ">=": 4, "!=": LAST }[term.operator];
}

/** True, false, and never unknown: what is not there fails every comparison, so that `not` finds it. */
function lowered(filter: Filter, lowering: Lowering): SQL {
  if (filter.kind === "and" || filter.kind === "or") {
    const parts = filter.of.map((part) => lowered(part, lowering));
    return (filter.kind === "and" ? and(...parts) : or(...parts)) ?? sql`true`;
  }
  if (filter.kind === "not") return not(sql`(${lowered(filter.of, lowering)})`);
  if (filter.kind === "linked") return lowerLinked(filter, lowering);
  if (filter.kind === "has") return isNotNull(valueOf(stored(fieldOf(filter, lowering))));
  const test = testOf(filter, lowering);
  return sql`coalesce(${compared(valueOf(test), test)}, 0)`;
}

/** Of the row of a twin: its column, or its value by the key of the index. */
export function valueOf({ name, column }: Pick<Field, "name" | "column">): SQLWrapper {
  if (column) return column;
  const isIt = and(eq(value.tenant, twin.tenant), eq(value.twin, twin.id), eq(value.field, name));
  return sql`(${db.select({ value: value.value }).from(value).where(isIt)})`;
}

interface Test extends Pick<Field, "name" | "column"> {
  operator: Operator;
  given: Scalar | Scalar[];
}

function testOf(term: Extract<Term, { kind: "compare" | "in" }>, lowering: Lowering): Test {
  const field = fieldOf(term, lowering);
  const place = { complain: lowering.complain, offset: term.offset };
  if (term.kind === "in") {
    const given = term.values.map((one) => scalarOf(field, one, place));
    if (isStale(field)) return place.complain(term.offset, `${field.name} is compared by = and !=`);
    return { ...field, operator: "=", given };
  }
  checkOperator(field, term.operator, place);
  const given = scalarOf(field, term.value, place);
  if (!isStale(field)) return { ...field, operator: term.operator, given };
  const isAsked = (term.operator === "=") === (given === 1);
  return { ...stored(field), operator: isAsked ? "<=" : ">", given: lowering.nowMs };
}

const fieldOf = ({ path, offset }: Exclude<Term, { kind: "linked" }>, { fields, complain }: Lowering): Field =>
  fields.named(path, { complain, offset });

/** What is stale now follows from when it became so. */
const isStale = ({ name, kind }: Field): boolean => kind === "boolean" && /^predictions\..*\.stale$/.test(name);
export const stored = (field: Field): Field => (isStale(field) ? { name: `${field.name}At`, kind: "instant" } : field);

const COMPARED = { "=": eq, "!=": ne, "<": lt, "<=": lte, ">": gt, ">=": gte } as const;

function compared(left: SQLWrapper, { operator, given }: Test): SQL | undefined {
  if (Array.isArray(given)) return sql`${left} IN (SELECT value FROM json_each(${JSON.stringify(given)}))`;
  if (operator !== "starts") return COMPARED[operator](left as SQL, given);
  if (left !== value.value) return sql`substr(${left}, 1, ${[...String(given)].length}) = ${given}`;
  // A range, for the index.
  const end = afterPrefix(String(given));
  return and(gte(left as SQL, given), end === undefined ? undefined : lt(left as SQL, end));
}

/** The first text after all that begin so; texts are in order of code points. Undefined where there is none. */
function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  // After U+D7FF come halves of pairs, which are no characters.
  return last === undefined ? undefined : String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
