// Signatures over evidence: Ed25519 (RFC 8032), with public keys as JSON Web Keys (RFC 8037) that are named by their
// thumbprint (RFC 7638). Whoever has the text and the key can check one, with or without this package.

import * as v from "valibot";
import { refuse } from "../failure.ts";
import { parse } from "../shape.ts";

export interface Signature {
  /** RFC 7638 thumbprint of the public key. */
  keyId: string;
  algorithm: "Ed25519";
  /** 64 bytes, base64url without padding. */
  value: string;
}

export interface PublicKey {
  kty: "OKP";
  crv: "Ed25519";
  /** 32 bytes, base64url without padding. */
  x: string;
  kid: string;
  use: "sig";
  alg: "Ed25519";
}

/** A key as its deployment publishes it. */
export interface PublishedKey extends PublicKey {
  madeAt?: string;
  /** It signs nothing new since then; what it signed before still stands. */
  retiredAt?: string;
  /** Not a key of this deployment: it came with evidence that another deployment signed. */
  adoptedAt?: string;
}

/** JWK Set (RFC 7517, section 5). */
export interface KeySet {
  keys: PublishedKey[];
}

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

export const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Undefined for any text but the one that `base64Url` writes, so that no second text means the same bytes. */
function fromBase64Url(text: string, length: number): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text) || text.length !== Math.ceil((length * 4) / 3)) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  return base64Url(bytes) === text ? bytes : undefined;
}

/** The key's thumbprint: SHA-256 over its required members in lexical order (RFC 7638, section 3; RFC 8037, section 2). */
export async function keyIdOf({ x }: Pick<PublicKey, "x">): Promise<string> {
  const text = JSON.stringify({ crv: "Ed25519", kty: "OKP", x });
  return base64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

export async function publicKeyOf(x: string): Promise<PublicKey> {
  return { kty: "OKP", crv: "Ed25519", x, kid: await keyIdOf({ x }), use: "sig", alg: "Ed25519" };
}

/** Undefined where it holds, else why it does not. */
export async function signatureFault(
  bytes: Uint8Array,
  { keyId, value }: Signature,
  { x, kid }: PublicKey,
): Promise<string | undefined> {
  const thumbprint = await keyIdOf({ x });
  if (kid !== thumbprint) return `the key calls itself ${kid} and is ${thumbprint}`;
  if (keyId !== thumbprint) return `it was made with key ${keyId}, not with ${thumbprint}`;
  const [point, signed] = [fromBase64Url(x, KEY_BYTES), fromBase64Url(value, SIGNATURE_BYTES)];
  if (!point) return "the public key is not 32 bytes in base64url";
  if (!signed) return "the signature is not 64 bytes in base64url";
  const key = await crypto.subtle.importKey("raw", point, "Ed25519", false, ["verify"]);
  const holds = await crypto.subtle.verify("Ed25519", key, signed, bytes as Uint8Array<ArrayBuffer>);
  return holds ? undefined : `it is not a signature of this text by key ${keyId}`;
}

export const publicKeyShape = v.strictObject({
  kty: v.literal("OKP"),
  crv: v.literal("Ed25519"),
  x: v.pipe(v.string(), v.regex(/^[\w-]{43}$/, "a public key of Ed25519 is 32 bytes in base64url")),
  kid: v.string(),
  use: v.literal("sig"),
  alg: v.literal("Ed25519"),
});

const time = v.optional(v.pipe(v.string(), v.isoTimestamp()));
const keySetShape = v.looseObject({
  keys: v.array(v.looseObject({ ...publicKeyShape.entries, madeAt: time, retiredAt: time, adoptedAt: time })),
});

/** A key set from outside. Refuses one whose keys are not what they call themselves. */
export async function readKeySet(value: unknown): Promise<KeySet> {
  const wrong = (at: string, why: string) => refuse("request.invalid", `not a set of signing keys: ${why}`, { at });
  const { keys } = parse(keySetShape, value, wrong) as KeySet;
  for (const [index, { x, kid }] of keys.entries()) {
    if (!fromBase64Url(x, KEY_BYTES)) wrong(`/keys/${index}/x`, "a public key of Ed25519 is 32 bytes in base64url");
    if ((await keyIdOf({ x })) !== kid) wrong(`/keys/${index}/kid`, "a key's id is its thumbprint (RFC 7638)");
  }
  return { keys };
}
