// A CloudEvent 1.0 in its JSON format (https://github.com/cloudevents/spec, v1.0.2), with the extensions `sequence` and
// `traceparent` of the specification and `twintype` of our own.

import type { OutboxBatch, OutboxEvent } from "@eigentwin/objects";

export interface CloudEvent {
  specversion: "1.0";
  id: string;
  source: string;
  type: string;
  subject?: string;
  time: string;
  /** Place in the tenant's feed, as text that sorts as the numbers do; of no place, what is told to one webhook alone. */
  sequence?: string;
  traceparent?: string;
  twintype?: string;
  datacontenttype: "application/json";
  data: Record<string, unknown>;
}

const SEQUENCE_DIGITS = 16;
export const sequenceText = (sequence: number): string => String(sequence).padStart(SEQUENCE_DIGITS, "0");

/** The id is of the source: the same event has it wherever, and however often, it is told. */
export const cloudEvent = (
  { source, epoch }: Pick<OutboxBatch, "source" | "epoch">,
  { sequence, type, subject, twinType, traceparent, time, data }: OutboxEvent,
  place: number,
): CloudEvent => ({
  specversion: "1.0",
  id: `evt_${epoch}_${sequence}`,
  source,
  type,
  ...(subject !== undefined && { subject }),
  time,
  sequence: sequenceText(place),
  ...(traceparent !== undefined && { traceparent }),
  ...(twinType !== undefined && { twintype: twinType }),
  datacontenttype: "application/json",
  data,
});

/** Told in the place of events that the feed no longer holds; it is no event of any source and takes no place itself. */
export const gapEvent = ({ epoch, after, upTo }: { epoch: string; after: number; upTo: number }): CloudEvent =>
  ownEvent({
    id: `gap_${epoch}_${after}_${upTo}`,
    source: "/v1/events",
    type: "feed.gap",
    sequence: sequenceText(upTo),
    data: { after, upTo },
  });

/** What this Worker itself has to say, now. */
export const ownEvent = ({
  id,
  source,
  type,
  ...more
}: Pick<CloudEvent, "id" | "source" | "type" | "sequence" | "data">): CloudEvent => ({
  specversion: "1.0",
  id,
  source,
  type,
  time: new Date().toISOString(),
  datacontenttype: "application/json",
  ...more,
});
