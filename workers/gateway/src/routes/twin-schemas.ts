// Schemas of twins and points, as requests are checked and answers described.

import * as v from "valibot";

export const idSchema = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    "an id has 1 to 128 letters, digits, dots, dashes, colons or underscores",
  ),
);
export const idParam = v.object({ id: idSchema });

export const branchName = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "a branch has a name of 1 to 64 letters, digits, dots, dashes or underscores",
  ),
);

const TWIN_ID = "[A-Za-z0-9][A-Za-z0-9._:-]{0,127}";
const BRANCH_OF = "~[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

/** Wherever a branch is written to and read as its twin is. */
export const twinOrBranchId = v.pipe(
  v.string(),
  v.regex(
    new RegExp(`^${TWIN_ID}(?:${BRANCH_OF})?$`),
    "an id has 1 to 128 letters, digits, dots, dashes, colons or underscores; of a branch, ~ and its name follow",
  ),
  v.description("Of a twin, `engine-1`, or of a branch of one, `engine-1~what-if`"),
);
export const twinOrBranchParam = v.object({ id: twinOrBranchId });
export const branchParam = v.object({
  id: v.pipe(
    v.string(),
    v.regex(new RegExp(`^${TWIN_ID}${BRANCH_OF}$`), "this is asked of a branch: of its twin's id, ~ and its name"),
    v.description("Of a branch: `engine-1~what-if`"),
  ),
});

const RFC_3339 = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function isInstant(text: string): boolean {
  const day = text.slice(0, 10);
  const [time, midnight] = [new Date(text), new Date(`${day}T00:00:00Z`)];
  if (!RFC_3339.test(text) || Number.isNaN(time.getTime()) || Number.isNaN(midnight.getTime())) return false;
  // Date.parse takes 31 February for 3 March; and an offset may lead out of the years 0000 to 9999.
  return midnight.toISOString().startsWith(day) && time.toISOString().length === 24;
}

/** A time that means one thing: with its zone, on a day that is in the calendar, to the millisecond that is kept. */
export const instant = v.pipe(
  v.string(),
  v.check(
    isInstant,
    "a time is RFC 3339 with a zone and at most 3 decimals of a second, for example 2026-01-31T12:00:00Z",
  ),
  v.description("RFC 3339 with a zone and at most 3 decimals of a second"),
);
const jsonObject = v.record(v.string(), v.unknown());

const linksObject = v.record(v.string(), v.array(v.string()));

const typeName = v.pipe(v.string(), v.description("A twin type with its major, for example aerospace.engine@1"));

/** A twin as it is made, or replaced as a whole. */
export const twinState = v.strictObject({
  type: typeName,
  properties: v.optional(jsonObject, {}),
  desired: v.optional(
    v.pipe(jsonObject, v.description("What the properties shall become: any part of what their schema describes")),
    {},
  ),
  links: v.optional(
    v.pipe(linksObject, v.description("By name of the link, the ids of the twins that it leads to")),
    {},
  ),
  synthetic: v.optional(
    v.pipe(v.boolean(), v.description("True where no real individual stands behind the twin")),
    false,
  ),
});

export const twinDraft = v.strictObject({ id: v.optional(idSchema), ...twinState.entries });

export const upgradeBody = v.strictObject({
  to: v.optional(v.pipe(v.string(), v.description("A newer major of the twin's type, for example aerospace.engine@2"))),
});

const prediction = v.object({
  quantity: v.string(),
  value: v.number(),
  unit: v.string(),
  capability: v.optional(v.string()),
  interval: v.object({ lower: v.number(), upper: v.number(), coverage: v.number() }),
  expiresAt: v.string(),
  run: v.string(),
  verdict: v.string(),
  madeAt: v.string(),
});

const branchedFrom = v.object({
  revision: v.pipe(v.number(), v.description("Of the twin, that the branch was made from")),
  asOf: v.pipe(v.string(), v.description("The twin's points that were recorded until then are the branch's too")),
});
const branchOrigin = v.object({ twin: v.string(), name: v.string(), from: branchedFrom });

export const twinAnswer = v.object({
  id: v.string(),
  type: v.string(),
  revision: v.number(),
  sequence: v.number(),
  properties: jsonObject,
  desired: jsonObject,
  links: linksObject,
  parameters: v.record(v.string(), v.object({ value: v.number(), standardDeviation: v.number(), unit: v.string() })),
  synthetic: v.boolean(),
  streams: v.record(
    v.string(),
    v.object({
      title: v.string(),
      unit: v.string(),
      retention: v.optional(v.pipe(v.string(), v.description("How long points are kept; for good where it is absent"))),
      points: v.number(),
      lastObservedAt: v.nullable(v.string()),
      lastValue: v.nullable(v.number()),
    }),
  ),
  predictions: v.array(prediction),
  upgrade: v.optional(
    v.pipe(
      v.object({
        to: v.string(),
        failure: v.looseObject({ code: v.string(), message: v.string() }),
        triedAt: v.string(),
      }),
      v.description("Why the last upgrade failed; absent where none did"),
    ),
  ),
  branch: v.optional(v.pipe(branchOrigin, v.description("There where this is a branch of a twin"))),
  createdAt: v.string(),
  updatedAt: v.string(),
});

/** What a write to a part of the state is answered with. */
export const writeAnswer = v.object({
  id: v.string(),
  revision: v.number(),
  sequence: v.number(),
  updatedAt: v.string(),
});

/** A whole twin, unless it is personal and does not consent to what the request is for. */
export const writtenTwin = v.union([twinAnswer, writeAnswer]);

const difference = v.object({
  op: v.picklist(["add", "remove", "replace"]),
  path: v.string(),
  value: v.optional(v.unknown()),
});

export const historyPage = v.object({
  items: v.array(
    v.object({
      revision: v.number(),
      kind: v.picklist([
        "created",
        "changed",
        "unlinked",
        "upgraded",
        "undone",
        "promoted",
        "history-begun",
        "consent-given",
        "consent-withdrawn",
      ]),
      at: v.string(),
      by: v.pipe(v.nullable(v.string()), v.description("Id of the key; null where the platform did it by itself")),
      reason: v.nullable(v.string()),
      patch: v.pipe(
        v.array(difference),
        v.description("JSON Patch of `{type, properties, desired, links}`; empty for the first entry"),
      ),
    }),
  ),
  next: v.nullable(v.string()),
});

export const branchDraft = v.pipe(
  v.strictObject({
    name: branchName,
    revision: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(1),
        v.description("Of the twin; the present one where it is left out"),
      ),
    ),
    at: v.optional(v.pipe(instant, v.description("Or a time: state and points as they were then"))),
  }),
  v.check(
    ({ revision, at }) => revision === undefined || at === undefined,
    "a branch begins at a revision or at a time",
  ),
);

export const branchPage = v.object({
  items: v.array(
    v.object({
      id: v.pipe(v.string(), v.description("What the branch is read and written by: `engine-1~what-if`")),
      name: v.string(),
      type: v.string(),
      revision: v.pipe(v.number(), v.description("Its own by now")),
      from: branchedFrom,
      points: v.pipe(v.number(), v.description("That were written to it, corrections too")),
      by: v.nullable(v.string()),
      reason: v.nullable(v.string()),
      createdAt: v.string(),
      updatedAt: v.string(),
    }),
  ),
  next: v.null(),
});

export const promotionAnswer = v.object({
  revision: v.pipe(v.number(), v.description("Of the branch")),
  twinRevision: v.number(),
  from: branchedFrom,
  changes: v.pipe(v.array(difference), v.description("What the branch has changed since it was made")),
  twinChanges: v.pipe(v.array(difference), v.description("What the twin has changed since then")),
  conflicts: v.pipe(v.array(v.string()), v.description("JSON pointers to what both have changed, each otherwise")),
  points: v.pipe(v.record(v.string(), v.number()), v.description("How many points the twin would get, by stream")),
});

export const diffAnswer = v.object({ from: v.number(), to: v.number(), patch: v.array(difference) });

/** A state that the twin once had. */
export const pastAnswer = v.object({
  id: v.string(),
  type: v.string(),
  revision: v.number(),
  at: v.pipe(v.string(), v.description("When it became the twin's state")),
  properties: jsonObject,
  desired: jsonObject,
  links: linksObject,
  synthetic: v.boolean(),
});

export const wholeNumber = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d{0,14}$/, "a revision is a whole number from 1 on"),
  v.transform(Number),
  v.integer(),
);

export const sourcesPage = v.object({
  items: v.array(v.object({ id: v.string(), type: v.string(), name: v.string() })),
  next: v.nullable(v.string()),
});

/** What a query asks, beside the page. */
export const twinQuery = v.object({
  type: v.optional(
    v.pipe(v.string(), v.description("A twin type with its major, or without it for all majors: aerospace.engine")),
  ),
  filter: v.optional(
    v.pipe(v.string(), v.description('For example properties.place = "roof" and streams.level.value > 3')),
  ),
  sort: v.optional(
    v.pipe(v.string(), v.description("A field, with - before it for the other direction; id where it is left out")),
  ),
  fields: v.optional(v.pipe(v.string(), v.description("What is told of each twin beside its id, with commas between"))),
});

export const twinPage = v.object({
  items: v.array(
    v.pipe(
      v.looseObject({
        id: v.string(),
        type: v.optional(v.string()),
        revision: v.optional(v.number()),
        synthetic: v.optional(v.boolean()),
        updatedAt: v.optional(v.string()),
      }),
      v.description(
        "These members where no fields were named; those that were named otherwise, as they stand in the twin",
      ),
    ),
  ),
  next: v.nullable(v.string()),
});
