// Which comparisons a kind of value knows, and a literal as it is compared in the index.

import * as v from "valibot";
import { FILTER_LIMITS, isIndexableText, type Complain, type Kind, type Literal, type Operator } from "@eigentwin/core";
import { instant } from "../routes/twin-schemas.ts";
import type { Field } from "./fields.ts";

const ORDERED: readonly Operator[] = ["=", "!=", "<", "<=", ">", ">="];
const OPERATORS_OF: Readonly<Record<Kind, readonly Operator[]>> = {
  number: ORDERED,
  instant: ORDERED,
  text: ["=", "!=", "starts"],
  boolean: ["=", "!="],
};
const WORDS: Readonly<Record<Kind, string>> = {
  number: "a number",
  text: "a text",
  boolean: "true or false",
  instant: "a time",
};

export interface Place {
  complain: Complain;
  offset: number;
}

export function checkOperator({ name, kind }: Field, operator: Operator, { complain, offset }: Place): void {
  const known = OPERATORS_OF[kind];
  if (!known.includes(operator))
    complain(
      offset,
      `${name} is ${WORDS[kind]}, which \`${operator}\` does not compare`,
      `Use ${known.join(", ")} or in.`,
    );
}

/** The number or text that stands in the index for this literal. */
export function scalarOf(field: Field, literal: Literal, place: Place): number | string {
  const { kind, column } = field;
  if (kind === "number" && typeof literal === "number") return literal;
  if (kind === "boolean" && typeof literal === "boolean") return Number(literal);
  if (kind === "text" && typeof literal === "string") return textOf(literal, place);
  if (kind === "instant" && typeof literal === "string" && v.is(instant, literal)) {
    const time = new Date(literal);
    return column ? time.toISOString() : time.getTime();
  }
  const hint =
    kind === "instant" ? 'Write it as RFC 3339 with a zone, in double quotes: "2026-01-31T12:00:00Z".' : undefined;
  return place.complain(
    place.offset,
    `${field.name} is ${WORDS[kind]}, and is compared with ${JSON.stringify(literal).slice(0, 100)}`,
    hint,
  );
}

const textOf = (text: string, { complain, offset }: Place): string =>
  isIndexableText(text)
    ? text
    : complain(offset, `twins are found by texts of at most ${FILTER_LIMITS.text} characters, without U+0000`);
