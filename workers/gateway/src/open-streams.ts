// How many streams a key may hold open at once. Counted in this isolate: another one counts its own.

import type { Context } from "hono";
import { refuse } from "@eigentwin/core";
import type { Gateway } from "./context.ts";

export const MOST_STREAMS = 100;
const open = new Map<string, number>();

/** Call before a stream begins, and what it returns when it has ended. */
export function enterStream(c: Context<Gateway>): () => void {
  const { keyHash } = c.get("caller");
  const count = open.get(keyHash) ?? 0;
  if (count >= MOST_STREAMS)
    refuse("request.too-many-streams", `this key has ${MOST_STREAMS} streams open already`, {
      hint: "Close one: a single stream of GET /v1/events tells of many twins.",
    });
  open.set(keyHash, count + 1);
  let isOpen = true;
  return () => {
    if (!isOpen) return;
    isOpen = false;
    const left = (open.get(keyHash) ?? 1) - 1;
    if (left > 0) open.set(keyHash, left);
    else open.delete(keyHash);
  };
}
