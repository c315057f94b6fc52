// OpenQASM text as tokens, and the place of each in lines and columns.

import type { ErrorCode } from "../../errors.ts";
import { refuse } from "../../failure.ts";

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

const GAP = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)+/y;
const PRAGMA = /#?pragma\b[^\S\n]*\S[^\n]*/y;
const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}_\p{Nd}]*/uy;
const PHYSICAL = /\$\d+/y;
const SYMBOL =
  /\*\*=|<<=|>>=|->|\+\+|\*\*|<<|>>|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|\/=|%=|&=|\|=|\^=|~=|[-+*/%=<>!~&|^()[\]{},;:.@]/y;
const TEXT = /"[^"\r\n]*"|'[^'\r\n]*'/y;
const PLAIN_NUMBER = /\d+(?:\.\d+)?(?![\p{L}\p{Nd}_.\s])/uy;
const NUMBER = new RegExp(
  String.raw`(?:0[xX][\da-fA-F]+(?:_[\da-fA-F]+)*|0[oO][0-7]+(?:_[0-7]+)*|0[bB][01]+(?:_[01]+)*` +
    String.raw`|(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?)` +
    String.raw`(?:\s*(?:dt|ns|us|µs|μs|ms|s|im)(?![\p{L}\p{Nd}_]))?(?![\p{L}\p{Nd}_])`,
  "uy",
);
const ANYTHING = /[^]/uy;

/** Tokens side by side; `end` stands after the last. */
export interface Tokens {
  readonly source: string;
  readonly kinds: readonly Kind[];
  readonly starts: readonly number[];
  readonly texts: string[];
}

export function tokensOf(source: string): Tokens {
  const [kinds, starts, texts]: [Kind[], number[], string[]] = [[], [], []];
  let at = 0;
  /** Where the token that begins here ends by this pattern; -1 where it is none. */
  const end = (pattern: RegExp): number => {
    pattern.lastIndex = at;
    return pattern.test(source) ? pattern.lastIndex : -1;
  };
  while (at < source.length) {
    const gap = end(GAP);
    if (gap >= 0) at = gap;
    if (at >= source.length) break;
    const [kind, next] = nextToken(source, at, end);
    const text = source.slice(at, next);
    kinds.push(kind === Kind.integer ? kindOfNumber(text) : kind);
    starts.push(at);
    texts.push(text);
    at = next;
  }
  kinds.push(Kind.end);
  starts.push(source.length);
  texts.push("");
  return { source, kinds, starts, texts };
}

/** By its first character where that decides. A match is tested and not taken apart: a text has millions. */
function nextToken(source: string, at: number, end: (pattern: RegExp) => number): [Kind, number] {
  const tries = TRIES[source.charCodeAt(at)] ?? OTHERS;
  for (const [kind, pattern] of tries) {
    const next = end(pattern);
    if (next >= 0) return [kind, next];
  }
  return [Kind.bad, end(ANYTHING)];
}

type Try = readonly [Kind, RegExp];
const OTHERS: readonly Try[] = [
  [Kind.pragma, PRAGMA],
  [Kind.name, NAME],
  [Kind.integer, NUMBER],
  [Kind.physical, PHYSICAL],
  [Kind.text, TEXT],
  [Kind.symbol, SYMBOL],
];
const DIGITS: readonly Try[] = [
  [Kind.integer, PLAIN_NUMBER],
  [Kind.integer, NUMBER],
];
const LETTERS: readonly Try[] = [[Kind.name, NAME]];
const SYMBOLS: readonly Try[] = [[Kind.symbol, SYMBOL]];

/** What can begin with each character of ASCII. */
const TRIES: readonly (readonly Try[])[] = Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\d/.test(character)) return DIGITS;
  if (/[a-zA-Z_]/.test(character) && character !== "p") return LETTERS;
  return /[[\](){},;:@=<>*+/-]/.test(character) ? SYMBOLS : OTHERS;
});

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
