export { log, warnOf, type Facts, type Level } from "./log.ts";
export { redact, redactText } from "./redact.ts";
