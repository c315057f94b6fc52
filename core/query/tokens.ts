// The text of a filter as tokens, and places in it as line and column.

import { refuse } from "../failure.ts";

export interface Token {
  kind: "name" | "text" | "number" | "sign" | "end";
  /** As written; of a text what it says. */
  text: string;
  offset: number;
}

const TOKEN =
  /(?<name>[A-Za-z_][A-Za-z0-9_-]*)|(?<text>"(?:[^"\\]|\\.)*")|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<sign><=|>=|!=|[=<>(),.])/y;
const SPACE = /[ \t\r\n]*/y;

export const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** Lines and columns are counted from 1, columns in characters. */
export function placeIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split("\n");
  return `line ${lines.length} column ${[...(lines.at(-1) ?? "")].length + 1}`;
}

export type Complain = (offset: number, message: string, hint?: string) => never;

/** `where` names the text in a request: `query filter`. */
export const complainOf =
  (text: string, where: string): Complain =>
  (offset, message, hint) =>
    refuse("query.invalid", message, { at: `${where} ${placeIn(text, offset)}`, ...(hint !== undefined && { hint }) });

export function tokensOf(text: string, complain: Complain): Token[] {
  const tokens: Token[] = [];
  for (let offset = 0; ;) {
    SPACE.lastIndex = offset;
    SPACE.exec(text);
    offset = SPACE.lastIndex;
    if (offset === text.length) return [...tokens, { kind: "end", text: "", offset }];
    TOKEN.lastIndex = offset;
    const groups = TOKEN.exec(text)?.groups;
    if (!groups) return cannotRead(text, offset, complain);
    const [kind, written = ""] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [];
    const said = kind === "text" ? spoken(written, offset, complain) : written;
    tokens.push({ kind: kind as Token["kind"], text: said, offset });
    offset = TOKEN.lastIndex;
  }
}

function spoken(written: string, offset: number, complain: Complain): string {
  try {
    return JSON.parse(written) as string;
  } catch {
    return complain(
      offset,
      "this text has a character or an escape that JSON does not know",
      'In a text, " is written \\", \\ is \\\\, and a line end is \\n.',
    );
  }
}

function cannotRead(text: string, offset: number, complain: Complain): never {
  if (text[offset] === '"') complain(offset, "this text has no end", "A text ends with a double quote.");
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const hint = character === "'" ? "Texts are written in double quotes." : "Names with other characters are quoted.";
  return complain(offset, `"${character}" means nothing here`, hint);
}
