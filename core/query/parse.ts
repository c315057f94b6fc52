// Reads the text of a filter by recursive descent; the grammar is in docs/query.md. Each fault is told by its line and column.

import {
  FILTER_LIMITS,
  OPERATORS,
  type Filter,
  type Linked,
  type Literal,
  type Operator,
  type Path,
} from "./filter.ts";
import { complainOf, tokensOf, type Complain, type Token } from "./tokens.ts";

const { length, terms, depth, values, linked, within } = FILTER_LIMITS;
/** Words that begin something else than the path of a field. */
export const KEYWORDS: readonly string[] = ["not", "has", "linked"];

/** Refuses with `query.invalid`; `where` names the text in a request. */
export function parseFilter(text: string, where = "filter"): Filter {
  const complain = complainOf(text, where);
  if (text.length > length) complain(length, `a filter has at most ${length} characters`);
  return new Reader(tokensOf(text, complain), complain).whole();
}

/** The path of one field, as in `sort` and `fields`. */
export function parsePath(text: string, where: string): Path {
  const complain = complainOf(text, where);
  if (text.length > length) complain(length, `a field has at most ${length} characters`);
  return new Reader(tokensOf(text, complain), complain).onlyPath();
}

/** The paths of a list of fields with commas between them. */
export function parsePaths(text: string, where: string): Path[] {
  const complain = complainOf(text, where);
  if (text.length > length) complain(length, `fields have at most ${length} characters together`);
  return new Reader(tokensOf(text, complain), complain).onlyPaths();
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #complain: Complain;
  #next = 0;
  #terms = 0;
  #linked = 0;

  constructor(tokens: readonly Token[], complain: Complain) {
    this.#tokens = tokens;
    this.#complain = complain;
  }

  whole(): Filter {
    const filter = this.#or(0);
    this.#end("`and`, `or` or the end");
    return filter;
  }

  onlyPath(): Path {
    const path = this.#path();
    this.#end("`.` or the end");
    return path;
  }

  onlyPaths(): Path[] {
    const paths = this.#list(() => this.#path());
    this.#end("`.`, `,` or the end");
    return paths;
  }

  #or(deep: number): Filter {
    return this.#joined("or", () => this.#joined("and", () => this.#one(deep)));
  }

  #joined(kind: "and" | "or", member: () => Filter): Filter {
    const first = member();
    const of = [first];
    while (this.#takes("name", kind)) of.push(member());
    return of.length === 1 ? first : { kind, of };
  }

  #one(deep: number): Filter {
    const { offset } = this.#token();
    if (deep > depth) this.#complain(offset, `a filter is at most ${depth} deep`, "Take parentheses or `not` away.");
    if (this.#takes("name", "not")) return { kind: "not", of: this.#one(deep + 1) };
    if (this.#takes("sign", "(")) {
      const inner = this.#or(deep + 1);
      this.#must("sign", ")");
      return inner;
    }
    if (++this.#terms > terms) this.#complain(offset, `a filter has at most ${terms} terms`, "Ask in several queries.");
    if (this.#takes("name", "has")) return { kind: "has", path: this.#path(), offset };
    return this.#takes("name", "linked") ? this.#link(offset) : this.#comparison(offset);
  }

  #comparison(offset: number): Filter {
    const path = this.#path();
    if (this.#takes("name", "in")) {
      const at = this.#must("sign", "(").offset;
      const found = this.#list(() => this.#literal());
      this.#must("sign", ")");
      if (found.length > values) this.#complain(at, `\`in\` takes at most ${values} values`);
      return { kind: "in", path, values: found, offset };
    }
    const token = this.#token();
    const operator = OPERATORS.find((one) => one === token.text);
    if (!operator || token.kind === "text")
      return this.#expected(`${OPERATORS.map((one: Operator) => `\`${one}\``).join(", ")} or \`in\``);
    this.#next += 1;
    return { kind: "compare", path, operator, value: this.#literal(), offset };
  }

  #link(offset: number): Linked {
    if (++this.#linked > linked) this.#complain(offset, `a filter has at most ${linked} \`linked\``);
    const direction = this.#takes("name", "from") ? "from" : this.#takes("name", "to") ? "to" : undefined;
    if (!direction) return this.#expected("`from` or `to`");
    const twin = this.#token();
    if (twin.kind !== "text") return this.#expected("the id of a twin in double quotes");
    this.#next += 1;
    const by = this.#takes("name", "by") ? this.#list(() => this.#name("the name of a link")) : [];
    return { kind: "linked", direction, twin: twin.text, by, within: this.#within(), offset };
  }

  #within(): number {
    if (!this.#takes("name", "within")) return 1;
    const { kind, text, offset } = this.#token();
    const count = kind === "number" ? Number(text) : Number.NaN;
    if (!Number.isInteger(count) || count < 1 || count > within)
      this.#complain(offset, `\`within\` takes a whole number from 1 to ${within}`);
    this.#next += 1;
    return count;
  }

  #literal(): Literal {
    const { kind, text, offset } = this.#token();
    if (kind === "text") return this.#took(text);
    if (kind === "name" && (text === "true" || text === "false")) return this.#took(text === "true");
    if (kind !== "number") return this.#expected("a number, a text in double quotes, `true` or `false`");
    const value = Number(text);
    if (!Number.isFinite(value)) this.#complain(offset, "a number is finite");
    // There is one zero here.
    return this.#took(value + 0);
  }

  #path(): Path {
    const first = this.#token();
    if (first.kind !== "name") return this.#expected("a field, such as properties.place");
    this.#next += 1;
    const path = [first.text];
    while (this.#takes("sign", ".")) path.push(this.#name("a name"));
    return path;
  }

  #name(what: string): string {
    const { kind, text } = this.#token();
    return kind === "name" || kind === "text" ? this.#took(text) : this.#expected(what);
  }

  #list<T>(member: () => T): T[] {
    const found = [member()];
    while (this.#takes("sign", ",")) found.push(member());
    return found;
  }

  #token(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", offset: 0 };
  }

  #took<T>(value: T): T {
    this.#next += 1;
    return value;
  }

  #takes(kind: Token["kind"], text: string): boolean {
    const token = this.#token();
    if (token.kind !== kind || token.text !== text) return false;
    this.#next += 1;
    return true;
  }

  #must(kind: Token["kind"], text: string): Token {
    const token = this.#token();
    return this.#takes(kind, text) ? token : this.#expected(`\`${text}\``);
  }

  #end(expected: string): void {
    if (this.#token().kind !== "end") this.#expected(expected);
  }

  #expected(what: string): never {
    const { kind, text, offset } = this.#token();
    const found = kind === "end" ? "the end" : kind === "text" ? "a text" : `\`${text.slice(0, 40)}\``;
    return this.#complain(offset, `${what} is expected here, not ${found}`);
  }
}
