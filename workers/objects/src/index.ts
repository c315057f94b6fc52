export { exists, prepareStorage } from "./schema-steps.ts";
export { createDue, plan, planRetry, serveDue, settle, type DueWork } from "./due.ts";
export { dumpPart, type DumpCursor, type DumpPart } from "./dump.ts";
export { restorePart } from "./restore.ts";
export type { ArchivedObject } from "./archived.ts";
export { within } from "./within.ts";
