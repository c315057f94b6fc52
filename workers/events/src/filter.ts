// Whether an event passes a filter: the same rule as in the log's query, for an event that is at hand.

import type { OutboxEvent } from "@eigentwin/objects";
import type { EventFilter } from "./contract.ts";

type Told = Pick<OutboxEvent, "type" | "subject" | "twinType">;

export function matches({ types, twins, twinTypes = [] }: EventFilter, { type, subject, twinType }: Told): boolean {
  if (types && !types.some((wanted) => isOfType(wanted, type))) return false;
  if (twins && (twinType === undefined || subject === undefined || !twins.includes(subject))) return false;
  return twinTypes.length === 0 || (twinType !== undefined && twinTypes.includes(twinType.split("@")[0] ?? ""));
}

const isOfType = (wanted: string, type: string): boolean =>
  wanted.endsWith("*") ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
