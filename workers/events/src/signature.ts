// Standard Webhooks: HMAC-SHA-256 over id, time and body, in base64; one signature for each secret that is good now.

import { Buffer } from "node:buffer";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;

export const newSecret = (): string => PREFIX + base64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

export interface Message {
  id: string;
  /** Unix seconds. */
  timestamp: number;
  body: string;
}

export async function signatureHeaders(
  secrets: readonly string[],
  { id, timestamp, body }: Message,
): Promise<Record<string, string>> {
  const content = new TextEncoder().encode(`${id}.${timestamp}.${body}`) as Uint8Array<ArrayBuffer>;
  const signatures = await Promise.all(secrets.map((secret) => sign(secret, content)));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.map((signature) => `v1,${signature}`).join(" "),
  };
}

async function sign(secret: string, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, "base64");
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return base64(new Uint8Array(await crypto.subtle.sign("HMAC", key, content)));
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
