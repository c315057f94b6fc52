// Schemas of events and of the filters that choose them.

import * as v from "valibot";
import { twinOrBranchId } from "./twin-schemas.ts";

export const eventTypeSchema = v.pipe(
  v.string(),
  v.regex(/^[a-z]{1,40}\.(?:[a-z-]{1,60}|\*)$/, "a type is one of an event, run.failed, or all of a kind, run.*"),
);

/** Given once or several times: `?type=run.*&type=twin.created`. */
const several = <Schema extends v.GenericSchema<string, string>>(item: Schema) =>
  v.pipe(
    v.union([
      v.pipe(
        item,
        v.transform((one) => [one]),
      ),
      v.pipe(v.array(item), v.maxLength(50, "at most 50 of these")),
    ]),
  );

/** As streams give them; of another log, as before a restore, they mean its beginning. */
const eventPosition = v.pipe(
  v.string(),
  v.regex(/^(?:0|[0-9a-f]{1,32}-\d{1,15})$/, "this is no id that a stream has given, and not 0"),
);

export const streamQuery = v.strictObject({
  lastEventId: v.optional(
    v.pipe(
      eventPosition,
      v.description("Goes on after this event, as the header Last-Event-ID does; 0 begins with the first that is held"),
    ),
  ),
  ticket: v.optional(v.pipe(v.string(), v.description("Where no header can be sent: POST /v1/stream-tickets"))),
  type: v.optional(v.pipe(several(eventTypeSchema), v.description("Only events of these types: run.failed, run.*"))),
});

export const tenantStreamQuery = v.strictObject({
  ...streamQuery.entries,
  twin: v.optional(v.pipe(several(twinOrBranchId), v.description("Only events about these twins, of their runs too"))),
});

export const resuming = v.object({
  "last-event-id": v.optional(v.pipe(eventPosition, v.description("The id of the last event that came"))),
});
