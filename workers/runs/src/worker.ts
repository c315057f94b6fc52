export { CatalogueObject } from "./catalogue-object.ts";
export { ErasureObject } from "./erasure-object.ts";
export { ReaderObject } from "./reader-object.ts";
export { RunObject } from "./run-object.ts";
export { TenantObject } from "./tenant-object.ts";
export { UpgradeObject } from "./upgrade-object.ts";

/** Runs are reached through their objects only. */
export default { fetch: () => new Response(null, { status: 404 }) } satisfies ExportedHandler;
