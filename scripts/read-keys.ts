// The public keys of a deployment, for whoever checks what it has signed.

import { readFileSync } from "node:fs";
import { readKeySet, type KeySet } from "@eigentwin/core";
import { fromHere } from "./arguments.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];
const KEYS_WITHIN_MS = 20_000;

/** From a file or an address. Throws where they are no keys. */
export const readKeys = async (place: string): Promise<KeySet> => readKeySet(await keysAt(place));

async function keysAt(place: string): Promise<unknown> {
  if (!/^https?:/.test(place)) return jsonOf(place, readFileSync(fromHere(place), "utf8"));
  const { protocol, hostname } = new URL(place);
  if (protocol === "http:" && !LOOPBACK.includes(hostname))
    throw new Error(`${place}: keys that come over plain http may have been exchanged on the way; use https`);
  const response = await fetch(place, { signal: AbortSignal.timeout(KEYS_WITHIN_MS) }).catch((error: Error) => {
    throw new Error(`${place} does not answer: ${error.message}`, { cause: error });
  });
  if (!response.ok) throw new Error(`${place} answered ${response.status}`);
  return jsonOf(place, await response.text());
}

export function jsonOf(place: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${place} is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
