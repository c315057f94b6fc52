// A value of SQLite as JSON and back, to the last bit: what JSON or the column would read otherwise is named by its kind.

import { Buffer } from "node:buffer";

export type DumpValue = null | string | number | { integer: string } | { real: string } | { blob: string };

/** What a dump selects of a column: its type, and whole numbers as text, because a number of JavaScript holds 53 bits. */
export const selectedAs = (column: string): string =>
  `typeof(${column}), CASE typeof(${column}) WHEN 'integer' THEN CAST(${column} AS TEXT) ELSE ${column} END`;

export function encodeValue(type: string, value: SqlStorageValue): DumpValue {
  if (value === null) return null;
  if (type === "integer") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : { integer: String(value) };
  }
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { blob: base64(value) };
  if (typeof value !== "number") return value;
  // Without its point a whole number would come back as an integer.
  const isPlain = Number.isFinite(value) && !Number.isInteger(value);
  return isPlain ? value : { real: Object.is(value, -0) ? "-0" : String(value) };
}

const base64 = (bytes: ArrayBuffer | ArrayBufferView): string =>
  (ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes)
  ).toString("base64");

/** The plus takes the affinity away: in a comparison it would turn a text of digits into a number. */
const WHOLE = "+CAST(? AS INTEGER)";

/** The expression that an INSERT has for the value, and what is bound to it. */
export function decodeValue(value: DumpValue): { expression: string; binding: string | number | Uint8Array | null } {
  if (value === null || typeof value === "string") return { expression: "?", binding: value };
  if (typeof value === "number")
    return Number.isInteger(value)
      ? { expression: WHOLE, binding: String(value) }
      : { expression: "?", binding: value };
  if ("integer" in value) return { expression: WHOLE, binding: value.integer };
  if ("real" in value) return { expression: "?", binding: Number(value.real) };
  return { expression: "?", binding: Buffer.from(value.blob, "base64") };
}

export function isDumpValue(value: unknown): value is DumpValue {
  if (value === null || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object") return false;
  const [[kind, text] = [], ...more] = Object.entries(value);
  if (typeof text !== "string" || more.length > 0) return false;
  if (kind === "integer") return /^-?\d{1,19}$/.test(text);
  if (kind === "real") return text.trim() !== "" && !Number.isNaN(Number(text));
  return kind === "blob" && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
}
