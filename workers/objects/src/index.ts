export { exists, prepareStorage } from "./schema-steps.ts";
export { createDue, nextDue, plan, setNextAlarm, settle, type DueWork } from "./due.ts";
