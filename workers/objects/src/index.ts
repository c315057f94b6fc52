export { exists, prepareStorage } from "./schema-steps.ts";
export { createDue, plan, planRetry, serveDue, settle, type DueWork } from "./due.ts";
export { within } from "./within.ts";
