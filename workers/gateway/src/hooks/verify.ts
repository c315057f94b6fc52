// Whether a message is from who it should be from: what was sent with it against the hook's secrets, in constant time.

import { Buffer } from "node:buffer";
import { isSigned } from "@eigentwin/events/signature";

export const ALGORITHMS = ["SHA-256", "SHA-512", "SHA-1"] as const;
export const ENCODINGS = ["hex", "base64", "base64url"] as const;

export type Verification =
  | { by: "standard-webhooks" }
  | {
      by: "hmac";
      algorithm: (typeof ALGORITHMS)[number];
      header: string;
      encoding: (typeof ENCODINGS)[number];
      /** Before the signature: `sha256=`. */
      prefix: string;
      /** What is signed: `{body}`, or with `{timestamp}` of the header that is named: `v0:{timestamp}:{body}`. */
      signed: string;
      timestampHeader?: string | undefined;
    }
  | { by: "key"; header: string; prefix: string };

export interface Received {
  headers: Headers;
  body: Uint8Array<ArrayBuffer>;
  nowMs: number;
}

/** So far a sender's clock may be off, and so late a message may be sent again. */
const TOLERATED_MS = 5 * 60_000;

export const isWithin = (seconds: string | null, nowMs: number): boolean =>
  seconds !== null && /^\d{1,12}$/.test(seconds) && Math.abs(nowMs - 1000 * Number(seconds)) <= TOLERATED_MS;

/** With any of the secrets that are good now. */
export async function isVerified(
  verification: Verification,
  secrets: readonly string[],
  received: Received,
): Promise<boolean> {
  const by = { "standard-webhooks": byStandard, hmac: byHmac, key: byKey }[verification.by] as Check;
  const each = await Promise.all(secrets.map((secret) => by(verification as never, secret, received)));
  return each.includes(true);
}

type Check = (verification: never, secret: string, received: Received) => Promise<boolean>;
type Of<By extends Verification["by"]> = Extract<Verification, { by: By }>;

async function byStandard(_: Of<"standard-webhooks">, secret: string, { headers, body, nowMs }: Received) {
  const [id, timestamp] = [headers.get("webhook-id"), headers.get("webhook-timestamp")];
  if (id === null || !isWithin(timestamp, nowMs)) return false;
  return isSigned(secret, headers.get("webhook-signature") ?? "", { id, timestamp: Number(timestamp), body });
}

async function byHmac(
  { algorithm, header, encoding, prefix, signed, timestampHeader }: Of<"hmac">,
  secret: string,
  { headers, body, nowMs }: Received,
): Promise<boolean> {
  const sent = headers.get(header) ?? "";
  const timestamp = timestampHeader === undefined ? "" : headers.get(timestampHeader);
  if (!sent.startsWith(prefix) || (timestampHeader !== undefined && !isWithin(timestamp, nowMs))) return false;
  const [before = "", after = ""] = signed.replaceAll("{timestamp}", timestamp ?? "").split("{body}");
  const content = Buffer.concat([Buffer.from(before), body, Buffer.from(after)]);
  const key = await hmacKey(Buffer.from(secret), algorithm);
  return crypto.subtle.verify("HMAC", key, Buffer.from(sent.slice(prefix.length), encoding), content);
}

/** Both are signed with a key of the moment: comparing the signatures tells nothing of the texts. */
async function byKey({ header, prefix }: Of<"key">, secret: string, { headers }: Received): Promise<boolean> {
  const sent = headers.get(header) ?? "";
  const key = await hmacKey(crypto.getRandomValues(new Uint8Array(32)), "SHA-256");
  const wanted = await crypto.subtle.sign("HMAC", key, Buffer.from(prefix + secret));
  return crypto.subtle.verify("HMAC", key, wanted, Buffer.from(sent));
}

const hmacKey = (bytes: Uint8Array<ArrayBuffer>, hash: string) =>
  crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign", "verify"]);
