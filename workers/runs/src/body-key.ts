// Where bodies stand in storage: those of a tenant in its own folder, by their kind. Before there were folders they were
// named at random or by content alone; such bodies stay readable.

const TENANT = "([a-z0-9][a-z0-9-]{0,62})";
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const DIGEST = "[0-9a-f]{64}";
const OWN = [
  new RegExp(`^datasets/${TENANT}/${UUID}$`),
  new RegExp(`^models/${TENANT}/${DIGEST}$`),
  new RegExp(`^(?:evidence|comparisons)/${TENANT}/([A-Za-z0-9][\\w.:-]{0,127})/${DIGEST}$`),
];
const WITHOUT_FOLDER = new RegExp(`^(?:datasets/${UUID}|(?:models|evidence)/${DIGEST})$`);

export const newDatasetKey = (tenant: string): string => `datasets/${tenant}/${crypto.randomUUID()}`;
export const modelKey = (tenant: string, name: string): string => `models/${tenant}/${name}`;

/** Whose folder it stands in; null where it stands in none, undefined where no body of anybody has such a key. */
export function folderOf(key: string): { tenant: string; run: string | undefined } | null | undefined {
  if (WITHOUT_FOLDER.test(key)) return null;
  for (const form of OWN) {
    const [, tenant, run] = form.exec(key) ?? [];
    if (tenant !== undefined) return { tenant, run };
  }
  return undefined;
}

/** True for every key that a body of the tenant may have; whose a body without a folder is, its mark says. */
export function mayBeOf(tenant: string, key: string): boolean {
  const folder = folderOf(key);
  return folder === null || folder?.tenant === tenant;
}

export const isInFolderOf = (tenant: string, key: string): boolean => folderOf(key)?.tenant === tenant;
