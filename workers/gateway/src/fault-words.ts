// What is wrong with a request, in words of a caller: the schema library speaks of keys and types.

import type { BaseIssue } from "valibot";

/** Messages of our own schemas are words already. */
export function wordsOf(issue: Pick<BaseIssue<unknown>, "message"> | undefined): string {
  const { message = "", expected, received, type } = (issue ?? {}) as Partial<BaseIssue<unknown>>;
  if (type === "strict_object" && expected === "never") return `there is no ${received ?? "such member"} here`;
  if (type?.endsWith("object") && received === "undefined") return `${expected ?? "a member"} is missing`;
  if (!message.startsWith("Invalid ")) return message || "the request is not valid";
  if (!expected) return `${received ?? "this"} cannot be taken here`;
  return `this is ${inWords(expected)}${received ? `, not ${received}` : ""}`;
}

const BOUNDS = { ">=": "at least", "<=": "at most", ">": "more than", "<": "less than" };

/** `>=1`, `("twin" | "dataset")`, `string`, `Array`. */
function inWords(expected: string): string {
  const bound = /^(>=|<=|>|<)/.exec(expected)?.[1] as keyof typeof BOUNDS | undefined;
  if (bound) return `${BOUNDS[bound]} ${expected.slice(bound.length)}`;
  if (expected.startsWith("(")) return expected.slice(1, -1).replaceAll(" | ", " or ");
  return (
    { Array: "a list", Object: "an object", string: "a text", number: "a number", boolean: "true or false" }[
      expected
    ] ?? expected
  );
}
