// What may be logged of a value: plain JSON of bounded size, without secrets. A member whose name says that it opens
// something is replaced; in texts, so is all that looks like a key, a bearer header or a named secret, and queries go.

const REPLACED = "[redacted]";
const MOST_DEPTH = 6;
const MOST_MEMBERS = 50;
const MOST_TEXT = 4_000;

const SECRET = "authorization|cookie|ticket|token|secret|password|passphrase|credential|csrf|api[-_]?key";
/** `key` too: most keys open something. What ends in `id`, such as `keyId`, names a secret and is none. */
const SECRET_NAME = new RegExp(`${SECRET}|key`, "i");
const NAMES_ONLY = /id$/i;

const TEXT_RULES: readonly [RegExp, string][] = [
  // A path or URL with a query: values that users send stay out, whatever they are called. Control characters too.
  [/((?:[a-z][a-z\d+.-]{0,20}:\/\/|\/)[^\s?"'<>]*)\?[^\s"'<>]*/gi, "$1"],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, `$1 ${REPLACED}`],
  // authorization: x, "token":"x", set-cookie=x; to the end of the text, the string or the line.
  [new RegExp(`(${SECRET})(["']?\\s*[:=]\\s*)("(?:[^"\\\\]|\\\\.)*"?|'[^']*'?|[^\\n"',}]+)`, "gi"), `$1$2${REPLACED}`],
  [/et_[\w-]{20,}|(?<![A-Za-z\d])et_[\w-]+/g, REPLACED],
];

export function redactText(text: string): string {
  if (text.length > MOST_TEXT) return `${redactText(cut(text))} [${text.length} characters]`;
  return TEXT_RULES.reduce((kept, [pattern, by]) => kept.replaceAll(pattern, by), text);
}

/** Before the rules, which take time, and between words: half a secret would not be known as one. */
const cut = (text: string): string => text.slice(0, Math.max(0, text.lastIndexOf(" ", MOST_TEXT)));

/** Never throws: what cannot be read is told as such. */
export function redact(value: unknown): unknown {
  return plain(value, new Set());
}

function plain(value: unknown, above: ReadonlySet<object>): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value !== "object" || value === null) return value;
  if (above.has(value)) return "[circular]";
  if (above.size >= MOST_DEPTH) return "[deeper]";
  const within = new Set([...above, value]);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isFinite(value.getTime()) ? value.toISOString() : "[no time]";
  if (value instanceof URL) return redactText(value.href);
  if (Array.isArray(value)) return shortened(value, "more items").map((item) => plain(item, within));
  if (value instanceof Set) return plain([...value], above);
  return members(entriesOf(value), within);
}

/** An error tells what it does not enumerate: name, message, stack, cause. */
function entriesOf(value: object): [string, unknown][] {
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams)
    return [...value].map(([name, member]): [string, unknown] => [String(name), member]);
  const names =
    value instanceof Error ? ["name", "message", "stack", "cause", ...Object.keys(value)] : Object.keys(value);
  return [...new Set(names)].map((name) => [name, read(value, name)]);
}

function read(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return "[unreadable]";
  }
}

function members(entries: [string, unknown][], above: ReadonlySet<object>): Record<string, unknown> {
  const shown = shortened(entries, ["more", "members"] as [string, unknown])
    .filter(([, member]) => member !== undefined)
    .map(([name, member]): [string, unknown] => [redactText(name), isSecret(name) ? REPLACED : plain(member, above)]);
  return Object.fromEntries(shown);
}

const isSecret = (name: string): boolean => SECRET_NAME.test(name) && !NAMES_ONLY.test(name);

const shortened = <T>(items: readonly T[], rest: T): T[] =>
  items.length > MOST_MEMBERS ? [...items.slice(0, MOST_MEMBERS), rest] : [...items];
