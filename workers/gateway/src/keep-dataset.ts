// Stores a dataset: the body first, then the row that makes it exist.

import { drizzle } from "drizzle-orm/d1";
import { columnOfRole, refuse, type Column, type DatasetInfo } from "@eigentwin/core";
import { dataset } from "@eigentwin/index";
import { digestTable, writeTable } from "@eigentwin/tables";
import type { Env } from "../env.ts";

interface DatasetDraft {
  tenant: string;
  title: string;
  synthetic: boolean;
  columns: readonly Column[];
  values: readonly Float64Array[];
}

export async function keepDataset(
  env: Env,
  { tenant, title, synthetic, columns, values }: DatasetDraft,
): Promise<DatasetInfo> {
  const id = `dataset_${crypto.randomUUID()}`;
  const rows = values[0]?.length ?? 0;
  const names = columns.map(({ name }) => name);
  checkTable(columns, values, rows);
  columnOfRole({ id: "this dataset", title, rows, columns, digest: "", synthetic }, "individual");
  const digest = await digestTable(names, values);
  const bodyKey = `datasets/${crypto.randomUUID()}`;
  await env.BODIES.put(bodyKey, writeTable(names, values));
  const info = { id, title, rows, columns, digest, synthetic };
  await drizzle(env.INDEX)
    .insert(dataset)
    .values({ ...info, tenant, bodyKey, createdAt: new Date().toISOString() });
  return info;
}

function checkTable(columns: readonly Column[], values: readonly Float64Array[], rows: number): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse("dataset.malformed", `two columns are called "${twice}"`, { at: "/columns" });
  if (rows === 0) refuse("dataset.malformed", "a dataset has at least one row", { at: "/columns/0/values" });
  values.forEach((column, index) => {
    if (column.length !== rows)
      refuse("dataset.malformed", `column "${names[index]}" has ${column.length} values, the first has ${rows}`, {
        at: `/columns/${index}/values`,
      });
    const bad = column.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      refuse("dataset.malformed", `column "${names[index]}" is not finite in row ${bad}`, {
        at: `/columns/${index}/values/${bad}`,
      });
  });
}
