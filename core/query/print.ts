// A filter as text: reading it again gives the same filter.

import type { Filter, Literal, Path } from "./filter.ts";
import { NAME } from "./tokens.ts";

export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.of.map(inner).join(` ${filter.kind} `);
    case "not":
      return `not ${inner(filter.of)}`;
    case "has":
      return `has ${printPath(filter.path)}`;
    case "in":
      return `${printPath(filter.path)} in (${filter.values.map(literal).join(", ")})`;
    case "compare":
      return `${printPath(filter.path)} ${filter.operator} ${literal(filter.value)}`;
    case "linked": {
      const by = filter.by.length === 0 ? "" : ` by ${filter.by.map(name).join(", ")}`;
      const within = filter.within === 1 ? "" : ` within ${filter.within}`;
      return `linked ${filter.direction} ${literal(filter.twin)}${by}${within}`;
    }
  }
}

/** One text for one path: values stand under it in the index. */
export const printPath = (path: Path): string => path.map(name).join(".");

const inner = (filter: Filter): string =>
  filter.kind === "and" || filter.kind === "or" ? `(${printFilter(filter)})` : printFilter(filter);

const name = (one: string): string => (NAME.test(one) ? one : literal(one));

const literal = (value: Literal): string => JSON.stringify(value);
