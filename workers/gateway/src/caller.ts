// Who asks: the key behind a request, and which twins it sees. What it does not see answers as if it was not there.

import { like, or, sql, type SQL, type Column } from "drizzle-orm";
import { refuse } from "@eigentwin/core";
import { grants, type Scope } from "./scopes.ts";

export interface Caller {
  tenant: string;
  /** When the tenant came into being: a later one may have its id. */
  tenantSince: string;
  /** Of the key: its row in the index. */
  keyHash: string;
  keyId: string;
  keyName: string;
  scopes: readonly string[];
  /** Twin types without their majors; none means all. */
  twinTypes: readonly string[];
  /** What it may ask for; none means whatever it states. */
  purposes: readonly string[];
  expiresAt: string | null;
  /** Set where a browser's session stands for the key. */
  session?: { hash: string; csrfHash: string };
}

export const withoutMajor = (type: string): string => type.split("@")[0] ?? type;

/** `null` is the type of what belongs to no twin type: a run about a dataset. */
export const sees = ({ twinTypes }: Pick<Caller, "twinTypes">, type: string | null): boolean =>
  twinTypes.length === 0 || (type !== null && twinTypes.includes(withoutMajor(type)));

/** The same as a condition on a column that holds the type. Ids of types have no character that LIKE reads otherwise. */
export const seen = ({ twinTypes }: Caller, column: Column): SQL | undefined =>
  twinTypes.length === 0 ? undefined : (or(...twinTypes.map((type) => like(column, `${type}@%`))) ?? sql`false`);

/** Any one of these; of none, everybody may. */
export function mustHave({ scopes }: Caller, wanted: readonly Scope[]): void {
  if (wanted.length > 0 && !wanted.some((scope) => grants(scopes, scope)))
    refuse("auth.scope-missing", `this needs the scope ${wanted.join(" or ")}, which the key does not have`, {
      hint: "Ask with a key that has it; GET /v1/session tells what a key has.",
    });
}

/** For what is made of the tenant as a whole. */
export function mustSeeAll({ twinTypes }: Caller): void {
  if (twinTypes.length > 0)
    refuse("auth.scope-missing", `this holds all twins, and the key sees only ${twinTypes.join(", ")}`, {
      hint: "Ask with a key that is not limited to twin types.",
    });
}
