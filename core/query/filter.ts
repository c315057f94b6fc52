// A filter over twins as data: what the text of one is read into, and what it is lowered from.

/** `["properties", "place"]`, `["streams", "level", "value"]`; a name may have any characters. */
export type Path = readonly string[];

export const OPERATORS = ["=", "!=", "<=", ">=", "<", ">", "starts"] as const;
export type Operator = (typeof OPERATORS)[number];

export type Literal = number | string | boolean;

/** Where something stands in the text: counted from 0 in UTF-16 units. */
interface Placed {
  offset: number;
}

export interface Term extends Placed {
  path: Path;
}

interface Compared extends Term {
  kind: "compare";
  operator: Operator;
  value: Literal;
}

/** Links lead from the twin that is named to those that are found, or the other way. */
export interface Linked extends Placed {
  kind: "linked";
  direction: "from" | "to";
  twin: string;
  /** Names of links; none means all. */
  by: readonly string[];
  /** At most so many links one after another. */
  within: number;
}

export type Filter =
  | { kind: "and"; of: readonly Filter[] }
  | { kind: "or"; of: readonly Filter[] }
  | { kind: "not"; of: Filter }
  | Compared
  | (Term & { kind: "in"; values: readonly Literal[] })
  | (Term & { kind: "has" })
  | Linked;

export const FILTER_LIMITS = {
  /** Characters of the text, in UTF-16 units. */
  length: 2_000,
  /** Comparisons, `in`, `has` and `linked` together. */
  terms: 15,
  /** Parentheses and `not` in each other. */
  depth: 8,
  /** Values of one `in`. */
  values: 50,
  linked: 2,
  within: 3,
  /** Characters of a text that twins are found by, in UTF-16 units. */
  text: 256,
} as const;

/** Longer texts, and those that a database cannot hold as they are, are not in the index. */
export const isIndexableText = (text: string): boolean =>
  text.length <= FILTER_LIMITS.text && text.isWellFormed() && !text.includes("\0");
