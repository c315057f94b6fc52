// The parameters of a query as what they name: the filter lowered, the order, and what is told of each twin.

import { complainOf, parseFilter, parsePath, parsePaths } from "@eigentwin/core";
import { ownField, type Fields } from "./fields.ts";
import { lowerFilter, stored, type Lowered, type Lowering } from "./lower.ts";
import type { Told } from "./project.ts";

const MOST_FIELDS = 20;
const USUAL_FIELDS = ["id", "type", "revision", "synthetic", "updatedAt"] as const;

export function filterIn(text: string | undefined, lowering: Omit<Lowering, "complain">): Lowered {
  if (text === undefined) return { rest: [] };
  const where = "query filter";
  return lowerFilter(parseFilter(text, where), { ...lowering, complain: complainOf(text, where) });
}

export interface Order {
  /** A field that the type declares; in order of id where there is none. */
  sort?: string;
  isDescending: boolean;
}

export function orderIn(text = "id", fields: Fields): Order {
  const isDescending = text.startsWith("-");
  const [name, where] = [isDescending ? text.slice(1) : text, "query sort"];
  const complain = complainOf(name, where);
  const field = fields.named(parsePath(name, where), { complain, offset: 0 });
  if (field.name === "id") return { isDescending };
  if (field.column || stored(field) !== field)
    complain(0, `twins are not sorted by ${field.name}`, "They are sorted by id and by what their type declares.");
  return { sort: field.name, isDescending };
}

/** The id is always told. */
export function fieldsIn(text: string | undefined, fields: Fields): Told[] {
  const own = (name: (typeof USUAL_FIELDS)[number]): Told => ({ path: [name], field: ownField(name) });
  if (text === undefined) return USUAL_FIELDS.map(own);
  const where = "query fields";
  const complain = complainOf(text, where);
  const paths = parsePaths(text, where);
  if (paths.length > MOST_FIELDS) complain(0, `a query tells at most ${MOST_FIELDS} fields`);
  return [own("id"), ...paths.map((path) => ({ path, field: fields.named(path, { complain, offset: 0 }) }))];
}
