// A hand on the tokens: what comes next, and refusal where something else was due.

import { complainIn, Kind, tokensOf, type Complain, type Tokens } from "./lexer.ts";

export interface Reader {
  readonly tokens: Tokens;
  readonly complain: Complain;
  kind(ahead?: number): Kind;
  text(ahead?: number): string;
  /** Where the next token begins. */
  at(): number;
  /** Steps over the next token. */
  take(): string;
  /** Whether the next token is this symbol or word; if so, steps over it. */
  skips(text: string): boolean;
  is(text: string): boolean;
  expect(text: string): void;
  name(what: string): string;
  /** Everything up to the end of the line. */
  skipLine(): void;
  /** Counts what nests or chains in one statement, so that no text is too deep for the stack. */
  deeper(): void;
  freshStatement(): void;
  /** Reads what stands in a body one level further inside. */
  inside<T>(read: () => T): T;
  wrong(due: string): never;
  unsupported(what: string, at?: number): never;
}

export function readerOf(source: string): Reader {
  const tokens = tokensOf(source);
  const { kinds, texts, starts } = tokens;
  const complain = complainIn(source);
  let next = 0;
  let signs = 0;
  let bodies = 0;
  const limit = (value: number, most: number, what: string) => {
    if (value > most) complain("program.unsupported", `more than ${most} ${what} are not supported here`, at());
  };
  const kind = (ahead = 0) => kinds[Math.min(next + ahead, kinds.length - 1)] ?? Kind.end;
  const text = (ahead = 0) => texts[next + ahead] ?? "";
  const at = () => starts[next] ?? source.length;
  const is = (wanted: string) => texts[next] === wanted && kinds[next] !== Kind.text && kinds[next] !== Kind.bad;
  const wrong = (due: string): never =>
    complain(
      "program.syntax",
      kind() === Kind.end ? `${due} is due, and the text ends` : `${due} is due, not ${quoted(text())}`,
      at(),
    );
  return {
    tokens,
    complain,
    kind,
    text,
    at,
    is,
    wrong,
    deeper: () => limit((signs += 1), MOST_SIGNS, "signs and brackets in one statement"),
    freshStatement: () => void (signs = 0),
    inside(read) {
      limit((bodies += 1), MOST_BODIES, "bodies inside each other");
      const found = read();
      bodies -= 1;
      return found;
    },
    take: () => texts[next++] ?? "",
    skips(wanted) {
      if (!is(wanted)) return false;
      next += 1;
      return true;
    },
    expect(wanted) {
      if (!is(wanted)) wrong(quoted(wanted));
      next += 1;
    },
    name(what) {
      if (kind() !== Kind.name || RESERVED.has(text())) wrong(what);
      return texts[next++] ?? "";
    },
    skipLine() {
      const end = source.indexOf("\n", at());
      while (kind() !== Kind.end && (end < 0 || at() < end)) next += 1;
    },
    unsupported: (what, where = at()) =>
      complain("program.unsupported", `${what} is OpenQASM and not supported here`, where, HINT),
  };
}

const MOST_SIGNS = 1000;
const MOST_BODIES = 100;

const HINT = "Gates, measurement, reset, barriers, branches on measured bits, loops and constants are supported.";

const quoted = (text: string) => (text.includes('"') ? `'${text}'` : `"${text.slice(0, 40)}"`);

/** Words that no variable can have for a name. */
export const RESERVED = new Set(
  (
    "OPENQASM include defcalgrammar def cal defcal gate extern box let break continue if else end return for while in " +
    "switch case default nop pragma input output const readonly mutable qreg qubit creg bool bit int uint float angle " +
    "complex array void duration stretch gphase inv pow ctrl negctrl durationof delay reset measure barrier true false " +
    "opaque im"
  ).split(" "),
);
