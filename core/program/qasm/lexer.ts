// OpenQASM text as tokens, and the place of each in lines and columns.

import { refuse, type ErrorCode } from "../../failure.ts";

export const Kind = {
  end: 0,
  name: 1,
  physical: 2,
  integer: 3,
  real: 4,
  imaginary: 5,
  duration: 6,
  text: 7,
  symbol: 8,
  pragma: 9,
  bad: 10,
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const PATTERN = new RegExp(
  [
    String.raw`(?<gap>(?:\s+|//[^\n]*|/\*[^]*?\*/)+)`,
    String.raw`(?<pragma>#?pragma\b[^\n]*)`,
    String.raw`(?<name>[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}_\p{Nd}]*)`,
    String.raw`(?<physical>\$\d+)`,
    String.raw`(?<number>(?:0[xX][\da-fA-F]+(?:_[\da-fA-F]+)*|0[oO][0-7]+(?:_[0-7]+)*|0[bB][01]+(?:_[01]+)*` +
      String.raw`|(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?)` +
      String.raw`(?:\s*(?:dt|ns|us|µs|μs|ms|s|im)(?![\p{L}\p{Nd}_]))?(?![\p{L}\p{Nd}_]))`,
    String.raw`(?<text>"[^"\r\n]*"|'[^'\r\n]*')`,
    String.raw`(?<symbol>\*\*=|<<=|>>=|->|\+\+|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|%=|&=|\|=|\^=|~=|[-+*/%=<>!~&|^()[\]{},;:.@#])`,
    String.raw`(?<bad>[^])`,
  ].join("|"),
  "uy",
);

/** Tokens side by side; `end` stands after the last. */
export interface Tokens {
  readonly source: string;
  readonly kinds: readonly Kind[];
  readonly starts: readonly number[];
  readonly texts: readonly string[];
}

export function tokensOf(source: string): Tokens {
  const [kinds, starts, texts]: [Kind[], number[], string[]] = [[], [], []];
  PATTERN.lastIndex = 0;
  for (let at = 0; at < source.length; at = PATTERN.lastIndex) {
    const groups = PATTERN.exec(source)?.groups;
    if (!groups) break;
    if (groups["gap"] !== undefined) continue;
    const text = source.slice(at, PATTERN.lastIndex);
    kinds.push(kindOf(groups, text));
    starts.push(at);
    texts.push(text);
  }
  kinds.push(Kind.end);
  starts.push(source.length);
  texts.push("");
  return { source, kinds, starts, texts };
}

function kindOf(groups: Record<string, string | undefined>, text: string): Kind {
  if (groups["name"] !== undefined) return Kind.name;
  if (groups["symbol"] !== undefined) return Kind.symbol;
  if (groups["number"] !== undefined) return kindOfNumber(text);
  if (groups["physical"] !== undefined) return Kind.physical;
  if (groups["text"] !== undefined) return Kind.text;
  return groups["pragma"] === undefined ? Kind.bad : Kind.pragma;
}

function kindOfNumber(text: string): Kind {
  if (/^0[xX]/.test(text)) return Kind.integer;
  if (text.endsWith("im")) return Kind.imaginary;
  if (text.endsWith("s") || text.endsWith("dt")) return Kind.duration;
  return /^(?:0[oObB]|\d[\d_]*$)/.test(text) ? Kind.integer : Kind.real;
}

/** `line 3, column 7`, both counted from 1, columns in characters. */
export function placeOf(source: string, at: number): string {
  const before = source.slice(0, at);
  const line = before.split("\n").length;
  return `line ${line}, column ${Array.from(before.slice(before.lastIndexOf("\n") + 1)).length + 1}`;
}

/** Refuses at a place of the text. */
export type Complain = (code: ErrorCode, message: string, at: number, hint?: string) => never;

export const complainIn =
  (source: string): Complain =>
  (code, message, at, hint) =>
    refuse(code, `${placeOf(source, at)}: ${message}`, { at: placeOf(source, at), ...(hint && { hint }) });
