// One deterministic encoding for everything that is digested or kept: deterministic CBOR (RFC 8949, section 4.2, floats
// always 64 bits wide) with the typed arrays of RFC 8746. Equal values have equal bytes, so equal bytes mean an equal
// question; -0 and 0 are two values, every NaN outside a typed array is the same.

import canonicalize from "canonicalize";
import { decode as decodeCbor, encode as encodeCbor, Token, Type } from "cborg";
import {
  float64ArrayDecoder,
  float64ArrayEncoder,
  negativeZeroEncoder,
  TAG_FLOAT64_ARRAY_LE,
  TAG_UINT32_ARRAY_LE,
  uint32ArrayDecoder,
  uint32ArrayEncoder,
} from "cborg/taglib";

/** `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`;

/** What CBOR could write, but would come back as something else: refused, or a replay would see another value. */
const REFUSED = [
  "Int8Array",
  "Uint8ClampedArray",
  "Int16Array",
  "Uint16Array",
  "Int32Array",
  "Float32Array",
  "BigInt64Array",
  "BigUint64Array",
  "DataView",
  "ArrayBuffer",
  "SharedArrayBuffer",
  "Map",
  "bigint",
];
/** Processors differ in the bits of a NaN. */
const ONE_NAN = [new Token(Type.float, Number.NaN)];
const notEncodable = (_value: unknown, type: string): never => {
  throw new TypeError(`a ${type} has no encoding: use plain data, Uint8Array, Uint32Array or Float64Array`);
};

/** Plain data, `Uint8Array`, `Float64Array` and `Uint32Array`; members that are `undefined` are left out. */
export function encode(value: unknown): Uint8Array {
  return encodeCbor(value, {
    float64: true,
    ignoreUndefinedProperties: true,
    typeEncoders: {
      ...Object.fromEntries(REFUSED.map((type) => [type, notEncodable])),
      Float64Array: float64ArrayEncoder,
      Uint32Array: uint32ArrayEncoder,
      number: (value: number) => (Number.isNaN(value) ? ONE_NAN : negativeZeroEncoder(value)),
    },
  });
}

export function decode(bytes: Uint8Array): unknown {
  return decodeCbor(bytes, {
    tags: { [TAG_FLOAT64_ARRAY_LE]: float64ArrayDecoder, [TAG_UINT32_ARRAY_LE]: uint32ArrayDecoder },
  });
}

export async function digestBytes(bytes: Uint8Array): Promise<Digest> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Digest of any encodable value. */
export const digest = (value: unknown): Promise<Digest> => digestBytes(encode(value));

/** JSON text by RFC 8785 (JCS): what anyone can rebuild and digest with public tools. Refuses what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("a value without a JSON form cannot be made canonical");
  return text;
}

export const digestJson = (value: unknown): Promise<Digest> =>
  digestBytes(new TextEncoder().encode(canonicalJson(value)));
