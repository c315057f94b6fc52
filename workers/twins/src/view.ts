// A twin as it is read as a whole: its state, its streams with their newest values, and what runs have found.

import type { KeptStream } from "@eigentwin/core";
import type { TwinView, WriteReceipt } from "./contract.ts";
import { latestPredictions, personalParameters } from "./findings.ts";
import { readTail, summaryOf, type StreamState } from "./streams/tail.ts";
import { subjectOf, type TwinHead, type TwinRecord } from "./twin-record.ts";
import { failedUpgrade } from "./upgrades.ts";

export function viewOf(sql: SqlStorage, twin: TwinRecord): TwinView {
  const upgrade = failedUpgrade(sql);
  return {
    ...subjectOf(twin),
    desired: twin.desired,
    links: twin.links,
    parameters: personalParameters(sql),
    streams: streamViews(twin.streams, readTail(sql).states),
    predictions: latestPredictions(sql),
    ...(upgrade && { upgrade }),
    createdAt: twin.createdAt,
    updatedAt: twin.updatedAt,
  };
}

/** What is told of streams without counting their points. */
export const streamViews = (
  streams: Record<string, KeptStream>,
  states: ReadonlyMap<string, StreamState>,
): TwinView["streams"] =>
  Object.fromEntries(
    Object.entries(streams).map(([name, { storedAs = name, ...type }]) => [
      name,
      { ...type, ...summaryOf(states.get(storedAs)) },
    ]),
  );

/** What a write is answered with. */
export const receiptOf = (
  { id, revision, sequence, updatedAt }: Omit<TwinHead, "type" | "synthetic">,
  isNew: boolean,
): WriteReceipt => ({ id, revision, sequence, updatedAt, isNew });
