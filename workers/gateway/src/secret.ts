// Secrets of our own: 160 random bits, told once and kept as their digest, which needs no salt and no slow hash.

import { digestBytes } from "@eigentwin/core";

const BYTES = 20;

const hex = (bytes: number): string => crypto.getRandomValues(new Uint8Array(bytes)).toHex();

/** `et_` and the kind where it is no key, so that a scanner of leaked secrets knows it. */
export const newSecret = (kind: "key" | "session" | "ticket"): string =>
  `et_${kind === "key" ? "" : `${kind}_`}${hex(BYTES)}`;

export const newKeyId = (): string => `key_${hex(10)}`;

export const digestOf = (secret: string): Promise<string> => digestBytes(new TextEncoder().encode(secret));
