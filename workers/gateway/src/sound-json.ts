// JSON bodies are looked at before anything parses them: they are UTF-8, and nested no deeper than checks and copies, which
// go down one call a level, have stack for.

import { createMiddleware } from "hono/factory";
import { fail, type Failure } from "@eigentwin/core";
import type { Gateway } from "./context.ts";
import { POINTS_PATH } from "./plain-bodies.ts";
import { problem } from "./problem.ts";
import { JSON_TYPE } from "./validate.ts";

/** Values are nested at most 64 deep, and a request wraps them in a few levels more. */
const DEEPEST = 100;
const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
/** These read their bodies as streams, and check them as they do. */
const readsItself = (path: string): boolean => POINTS_PATH.test(path) || path.endsWith("/archive");

export const soundJson = createMiddleware<Gateway>(async (c, next) => {
  const isJson = JSON_TYPE.test(c.req.header("content-type") ?? "");
  if (isJson && !readsItself(c.req.path)) {
    const failure = faultOfJson(new Uint8Array(await c.req.arrayBuffer()));
    if (failure) return problem(c, failure);
  }
  await next();
});

export function faultOfJson(bytes: Uint8Array): Failure | undefined {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail("request.malformed", "the body is not UTF-8", { hint: "Send JSON in UTF-8." }).failure;
  }
  if (depthOf(bytes) <= DEEPEST) return undefined;
  return fail("request.invalid", `the body is nested more than ${DEEPEST} deep`, {
    hint: "Values are nested at most 64 deep.",
  }).failure;
}

/** Brackets that are open at a time, those in texts aside. */
function depthOf(bytes: Uint8Array): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (isText) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isText = false;
    } else if (byte === QUOTE) isText = true;
    else if (OPENING.has(byte)) deepest = Math.max(deepest, (depth += 1));
    else if (CLOSING.has(byte)) depth -= 1;
  }
  return deepest;
}
