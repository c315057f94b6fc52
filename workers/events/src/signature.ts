// Standard Webhooks: HMAC-SHA-256 over id, time and body, in base64; one signature for each secret that is good now.

import { Buffer } from "node:buffer";

const PREFIX = "whsec_";
const SECRET_BYTES = 32;
/** While a secret is rotated there are two. */
const MOST_SIGNATURES = 10;

export const newSecret = (): string => PREFIX + base64(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

export interface Message {
  id: string;
  /** Unix seconds. */
  timestamp: number;
  body: string | Uint8Array;
}

export async function signatureHeaders(
  secrets: readonly string[],
  { id, timestamp, body }: Message,
): Promise<Record<string, string>> {
  const content = contentOf({ id, timestamp, body });
  const sign = async (secret: string) =>
    base64(new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(secret), content)));
  const signatures = await Promise.all(secrets.map(sign));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.map((signature) => `v1,${signature}`).join(" "),
  };
}

/** Whether one of the signatures, with a space between, is this secret's; those of another version are passed over. */
export async function isSigned(secret: string, signatures: string, message: Message): Promise<boolean> {
  const key = await keyOf(secret);
  const content = contentOf(message);
  const those = signatures.split(" ").slice(0, MOST_SIGNATURES);
  const each = those
    .filter((one) => one.startsWith("v1,"))
    .map((one) => crypto.subtle.verify("HMAC", key, Buffer.from(one.slice("v1,".length), "base64"), content));
  return (await Promise.all(each)).includes(true);
}

const contentOf = ({ id, timestamp, body }: Message): Uint8Array<ArrayBuffer> =>
  Buffer.concat([Buffer.from(`${id}.${timestamp}.`), Buffer.from(body as string)]);

/** The bytes of a secret; fewer than these sign nothing that anybody should believe. */
export const secretBytes = (secret: string): Uint8Array<ArrayBuffer> =>
  Buffer.from(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret, "base64");

const keyOf = (secret: string) =>
  crypto.subtle.importKey("raw", secretBytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
