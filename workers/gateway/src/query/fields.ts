// What a query may name: members of every twin, and what the twin types that it is about declare.

import { getTableColumns, type Column } from "drizzle-orm";
import { fieldKinds, printPath, type Complain, type Kind, type Manifest, type Path } from "@eigentwin/core";
import { twin } from "@eigentwin/index";

export interface Field {
  /** As it is printed; values stand under it in the index. */
  name: string;
  kind: Kind;
  /** Where every twin has it. */
  column?: Column;
}

const { id, type, revision, synthetic, createdAt, updatedAt } = getTableColumns(twin);
const OWN = {
  id: { kind: "text", column: id },
  type: { kind: "text", column: type },
  revision: { kind: "number", column: revision },
  synthetic: { kind: "boolean", column: synthetic },
  createdAt: { kind: "instant", column: createdAt },
  updatedAt: { kind: "instant", column: updatedAt },
} as const satisfies Record<string, { kind: Kind; column: Column }>;
type OwnName = keyof typeof OWN;

export const ownField = (name: OwnName): Field => ({ name, ...OWN[name] });
const DECLARED = ["properties", "streams", "predictions"];

export interface Fields {
  /** Refuses what twins are not found by, with what they are. */
  named(path: Path, at: { complain: Complain; offset: number }): Field;
  /** Refuses a link that no twin type has. */
  link(name: string, at: { complain: Complain; offset: number }): string;
}

interface Declared {
  /** Of the twins that are asked for: one type, or several majors of it. None where no type is named. */
  types: Manifest["twinTypes"];
  capabilities: Manifest["capabilities"];
  /** Of all types that the caller sees. */
  links: readonly string[];
}

export function fieldsOf({ types, capabilities, links }: Declared): Fields {
  const kinds = new Map<string, Set<Kind>>();
  for (const one of types)
    for (const [name, kind] of fieldKinds(one, capabilities)) kinds.set(name, (kinds.get(name) ?? new Set()).add(kind));
  const personal = types.find((one) => one.personal);
  const foundBy = (root = "") => {
    const names = [...kinds.keys()].filter((name) => name.startsWith(`${root}.`));
    if (DECLARED.includes(root)) return names.length > 0 ? names : [`no ${root}`];
    return [...Object.keys(OWN), ...kinds.keys()];
  };
  return {
    named(path, { complain, offset }) {
      const name = printPath(path);
      if (Object.hasOwn(OWN, name)) return ownField(name as OwnName);
      if (personal && DECLARED.includes(path[0] ?? ""))
        return complain(
          offset,
          `a ${personal.id} is a person, and nothing of a person is searched: it is read for a purpose that it consents to`,
          `They are found by ${Object.keys(OWN).join(", ")}. Read each: GET /v1/twins/{id} with Eigentwin-Purpose.`,
        );
      const [kind, other] = kinds.get(name) ?? [];
      if (kind && !other) return { name, kind };
      if (kind)
        return complain(offset, `${name} is not the same in all majors`, "Name the type with its major: type=a.b@1.");
      if (types.length === 0 && DECLARED.includes(path[0] ?? ""))
        return complain(
          offset,
          `no type says what ${name.slice(0, 200)} is`,
          "Name the type of the twins: type=a.b@1.",
        );
      const hint = `They are found by ${foundBy(path[0]).join(", ")}.`;
      return complain(offset, `these twins are not found by ${name.slice(0, 200)}`, hint);
    },
    link(name, { complain, offset }) {
      if (links.includes(name)) return name;
      const hint = `There is ${links.join(", ") || "none"}.`;
      return complain(offset, `no twin type has a link "${name.slice(0, 200)}"`, hint);
    },
  };
}
