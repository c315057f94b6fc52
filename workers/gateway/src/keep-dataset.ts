// Stores a dataset: the body first, then the row that makes it exist.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { canonicalJson, columnOfRole, digest, refuse, type Column, type DatasetInfo } from "@eigentwin/core";
import { dataset } from "@eigentwin/index";
import { insertForTenant } from "@eigentwin/index/insert";
import { newDatasetKey } from "@eigentwin/runs";
import { digestTable, writeTable } from "@eigentwin/tables";
import type { Env } from "../env.ts";

interface DatasetDraft {
  tenant: string;
  /** Chosen by the caller: the same key finds the first dataset. */
  key: string | undefined;
  title: string;
  synthetic: boolean;
  columns: readonly Column[];
  values: readonly Float64Array[];
}

export async function keepDataset(env: Env, draft: DatasetDraft): Promise<DatasetInfo> {
  const { tenant, key, title, synthetic, columns, values } = draft;
  const rows = values[0]?.length ?? 0;
  const names = columns.map(({ name }) => name);
  checkTable(columns, values, rows);
  columnOfRole({ id: "this dataset", title, rows, columns, digest: "", synthetic }, "individual");
  const info: DatasetInfo = {
    id: await datasetId(tenant, key),
    title,
    rows,
    columns,
    digest: await digestTable(names, values),
    synthetic,
  };
  if (key !== undefined && (await keptBefore(env, tenant, info))) return info;
  const bodyKey = newDatasetKey(tenant);
  await env.BODIES.put(bodyKey, writeTable(names, values));
  const row = { ...info, tenant, bodyKey, createdAt: new Date().toISOString() };
  const { meta } = await insertForTenant(drizzle(env.INDEX), dataset, row).onConflictDoNothing();
  if (meta.changes > 0) return info;
  await env.BODIES.delete(bodyKey);
  // Two requests under one key, and the other was first; or the tenant went in the meantime.
  if (await keptBefore(env, tenant, info)) return info;
  return refuse("auth.tenant-suspended", "the tenant of this key is being deleted");
}

const datasetId = async (tenant: string, key: string | undefined): Promise<string> =>
  key === undefined
    ? `dataset_${crypto.randomUUID()}`
    : `dataset_0${(await digest(["dataset", tenant, key])).slice(7, 39)}`;

/** True where the same dataset is there under this id already. */
async function keptBefore(env: Env, tenant: string, info: DatasetInfo): Promise<boolean> {
  const [row] = await drizzle(env.INDEX)
    .select()
    .from(dataset)
    .where(and(eq(dataset.tenant, tenant), eq(dataset.id, info.id)));
  if (!row) return false;
  const told = ({ title, columns, digest, synthetic }: Omit<DatasetInfo, "id" | "rows">) =>
    canonicalJson({ title, columns, digest, synthetic });
  if (told(row) !== told(info))
    refuse("request.key-reused", "this idempotency key was used for another dataset", {
      hint: "Use a new key for a new dataset.",
    });
  return true;
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
