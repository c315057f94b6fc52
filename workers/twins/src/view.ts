// A twin as it is read as a whole: its state, its streams with their newest values, and what runs have found.

import type { StateWrite, TwinView, WriteReceipt } from "./contract.ts";
import { latestPredictions, personalParameters } from "./findings.ts";
import { streamStates } from "./streams/tail.ts";
import { subjectOf, type TwinRecord } from "./twin-record.ts";
import { failedUpgrade } from "./upgrades.ts";

export function viewOf(sql: SqlStorage, twin: TwinRecord): TwinView {
  const states = streamStates(sql);
  const upgrade = failedUpgrade(sql);
  return {
    ...subjectOf(twin),
    desired: twin.desired,
    links: twin.links,
    parameters: personalParameters(sql),
    streams: Object.fromEntries(
      Object.entries(twin.streams).map(([name, { storedAs = name, ...type }]) => [
        name,
        { ...type, ...(states.get(storedAs) ?? { points: 0, lastObservedAt: null, lastValue: null }) },
      ]),
    ),
    predictions: latestPredictions(sql),
    ...(upgrade && { upgrade }),
    createdAt: twin.createdAt,
    updatedAt: twin.updatedAt,
  };
}

/** What a write is answered with, as the twin is after it. */
export const receiptOf = (
  sql: SqlStorage,
  twin: TwinRecord,
  isNew: boolean,
  { withView }: Pick<StateWrite, "withView">,
): WriteReceipt => ({
  id: twin.id,
  revision: twin.revision,
  sequence: twin.sequence,
  updatedAt: twin.updatedAt,
  isNew,
  ...(withView && { view: viewOf(sql, twin) }),
});
