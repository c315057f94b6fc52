// The one way in which Workers log: an event as one line of JSON, redacted. No other file of the Workers calls console;
// a check of the boundaries holds that.

import { redact, redactText } from "./redact.ts";

export type Level = "info" | "warn" | "error";
export type Facts = Readonly<Record<string, unknown>>;

const WRITE: Readonly<Record<Level, (line: string) => void>> = {
  info: (line) => console.log(line),
  warn: (line) => console.warn(line),
  error: (line) => console.error(line),
};

export function log(level: Level, what: string, facts: Facts = {}): void {
  const head = { level, what: redactText(what) };
  WRITE[level](JSON.stringify({ ...head, ...(redact(facts) as object), ...head }));
}

/** For a promise whose failure is no fault of the caller: `.catch(warnOf("not indexed yet"))`. */
export const warnOf =
  (what: string, facts: Facts = {}) =>
  (error: unknown): void =>
    log("warn", what, { ...facts, error });
