// What is left of a twin that was erased: that it was, and the name of its receipt. Nothing of it answers, and nobody takes its
// id again.

import { fail, type Outcome } from "@eigentwin/core";
import { dropTables, exists, prepareStorage } from "@eigentwin/objects";
import { TWIN_STEPS } from "./steps.ts";
import type { TwinDraft, TwinView } from "./contract.ts";

/** One transaction: whatever the object held is gone, and that it was erased stands in its place. */
export function bury(storage: DurableObjectStorage, erasure: string): void {
  storage.transactionSync(() => {
    dropTables(storage.sql);
    prepareStorage(storage, TWIN_STEPS, () => storage.sql.exec("INSERT INTO grave VALUES (1, ?)", erasure));
  });
}

/** The erasure that left nothing else here. */
export const graveOf = (storage: DurableObjectStorage): string | undefined =>
  exists(storage)
    ? storage.sql.exec<{ erasure: string }>("SELECT erasure FROM grave").toArray()[0]?.erasure
    : undefined;

export const idErased = ({ id }: TwinDraft): Outcome<TwinView> =>
  fail("twin.erased", `a twin ${id} was erased, and its id is not used again`, { hint: "Choose another id." });
