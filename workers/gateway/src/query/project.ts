// The selected fields of the twins of a page, as members of the twins that they stand in.

import { and, eq, sql } from "drizzle-orm";
import { twinValue } from "@eigentwin/index";
import type { Field } from "./fields.ts";
import { stored } from "./lower.ts";
import type { Index } from "./select.ts";

export interface Told {
  path: readonly string[];
  field: Field;
}

interface Row {
  id: string;
}
type Scalar = number | string;
/** By twin and name of the field. */
type Values = ReadonlyMap<string, ReadonlyMap<string, Scalar>>;
/** Without a prototype, so that no name means anything else. */
type Item = Record<string, unknown>;

const listed = (names: readonly string[]) => sql`json_each(${JSON.stringify(names)})`;

export async function valuesOfPage(
  index: Index,
  tenant: string,
  rows: readonly Row[],
  told: readonly Told[],
): Promise<Values> {
  const names = told.flatMap(({ field }) => (field.column ? [] : [stored(field).name]));
  const values = new Map<string, Map<string, Scalar>>();
  if (names.length === 0 || rows.length === 0) return values;
  // A cross join is one in this order: each value is looked up by its key, where a set of fields would be read as a whole.
  const found = await index
    .select({ twin: twinValue.twin, field: twinValue.field, value: twinValue.value })
    .from(sql`${listed(rows.map(({ id }) => id))} AS asked CROSS JOIN ${listed(names)} AS named`)
    .crossJoin(twinValue)
    .where(
      and(eq(twinValue.tenant, tenant), sql`${twinValue.twin} = asked.value`, sql`${twinValue.field} = named.value`),
    );
  for (const { twin, field, value } of found)
    values.set(twin, (values.get(twin) ?? new Map<string, Scalar>()).set(field, value));
  return values;
}

/** What a twin does not have is left out. */
export function projected(row: Row, told: readonly Told[], values: Values, nowMs: number): Item {
  const item: Item = Object.create(null);
  for (const { path, field } of told) {
    const value = field.column ? (row as unknown as Item)[field.name] : values.get(row.id)?.get(stored(field).name);
    if (value !== undefined) put(item, path, field.column ? value : toldAs(field, value as Scalar, nowMs));
  }
  return item;
}

function toldAs(field: Field, value: Scalar, nowMs: number): unknown {
  if (stored(field) !== field) return Number(value) <= nowMs;
  if (field.kind === "boolean") return value === 1;
  return field.kind === "instant" ? new Date(Number(value)).toISOString() : value;
}

function put(item: Item, path: readonly string[], value: unknown): void {
  const [first = "", ...rest] = path;
  if (rest.length === 0) item[first] = value;
  else put((item[first] ??= Object.create(null)) as Item, rest, value);
}
