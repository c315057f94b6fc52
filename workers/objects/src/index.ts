export { exists, prepareStorage } from "./schema-steps.ts";
export { createDue, plan, planAgain, planBy, planIfNone, planRetry, serveDue, settle, type DueWork } from "./due.ts";
export { dumpPart, type DumpCursor, type DumpPart } from "./dump.ts";
export {
  createOutbox,
  deliverOutbox,
  hasEvents,
  noteEvent,
  nothingTold,
  OUTBOX,
  tellOutbox,
  type Delivery,
  type Fact,
  type OutboxBatch,
  type OutboxEvent,
  type OutboxTaker,
  type Told,
} from "./outbox.ts";
export { dropTables } from "./tables.ts";
export { restorePart } from "./restore.ts";
export { written } from "./trial.ts";
export type { ArchivedObject } from "./archived.ts";
export { within } from "./within.ts";
export { Watchers } from "./watchers.ts";
