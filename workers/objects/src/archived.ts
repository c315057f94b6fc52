// What an object offers that goes into an archive and comes out of one.

import type { Outcome } from "@eigentwin/core";
import type { DumpCursor, DumpPart } from "./dump.ts";

export interface ArchivedObject {
  /** The next part of its content; the first where there is no cursor. */
  dumpPart(cursor: DumpCursor | null): Promise<Outcome<DumpPart>>;
  /** Replaces whatever it holds. True once the last part is in: the object is there from then on. */
  restorePart(bytes: Uint8Array): Promise<Outcome<boolean>>;
}
