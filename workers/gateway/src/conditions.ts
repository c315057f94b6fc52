// ETags of twins and the conditions that name them. A twin as a whole has "r5-s9", its revision and sequence; its state and
// each part of it "r5". Writes are about the state, so of an ETag only the revision counts.

import * as v from "valibot";
import { refuse } from "@eigentwin/core";
import type { Condition } from "@eigentwin/twins";

/** Points and findings change the sequence, everything else the revision too. */
export const etagOfTwin = ({ revision, sequence }: { revision: number; sequence: number }): string =>
  `"r${revision}-s${sequence}"`;
export const etagOfState = (revision: number): string => `"r${revision}"`;

export const conditionHeaders = {
  "if-match": v.optional(v.pipe(v.string(), v.description("ETags, of which the revision counts, or `*`"))),
  "if-none-match": v.optional(v.pipe(v.string(), v.description("`*` to write only what is not there yet"))),
};

const TAGS = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?: *, *(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*$/;

/** A weak tag and one that was not made here match nothing. */
function revisionsOf(header: string, name: string): "any" | number[] {
  const text = header.trim();
  if (text === "*") return "any";
  if (!TAGS.test(text))
    refuse("request.invalid", "this is neither * nor a list of ETags in quotes", { at: `header ${name}` });
  return text.split(/ *, */).flatMap((tag) => {
    const [, revision] = /^"r(\d{1,15})(?:-s\d+)?"$/.exec(tag) ?? [];
    return revision === undefined ? [] : [Number(revision)];
  });
}

export function conditionIn(headers: { "if-match"?: string | undefined; "if-none-match"?: string | undefined }) {
  const { "if-match": match, "if-none-match": noneMatch } = headers;
  return {
    ...(match !== undefined && { match: revisionsOf(match, "if-match") }),
    ...(noneMatch !== undefined && { noneMatch: revisionsOf(noneMatch, "if-none-match") }),
  } satisfies Condition;
}
