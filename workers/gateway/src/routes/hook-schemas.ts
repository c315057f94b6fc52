// Schemas of inbound hooks: how their messages are verified, read and mapped, and what is told of it.

import * as v from "valibot";
import { faultIn, type Mapping } from "../hooks/mapping.ts";
import { TIME_FORMATS } from "../hooks/instant.ts";
import { ALGORITHMS, ENCODINGS } from "../hooks/verify.ts";
import { idSchema } from "./twin-schemas.ts";

const title = v.pipe(v.string(), v.maxLength(200));
const headerName = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.regex(/^[a-z0-9-]{1,80}$/, "a header has letters, digits and dashes"),
);
const short = v.pipe(v.string(), v.maxLength(200));
const pointerText = v.pipe(v.string(), v.maxLength(500), v.description("JSON pointer (RFC 6901)"));

const verification = v.variant("by", [
  v.strictObject({ by: v.literal("standard-webhooks") }),
  v.strictObject({
    by: v.literal("hmac"),
    algorithm: v.optional(v.picklist(ALGORITHMS), "SHA-256"),
    header: v.pipe(headerName, v.description("That holds the signature: x-hub-signature-256")),
    encoding: v.optional(v.picklist(ENCODINGS), "hex"),
    prefix: v.optional(v.pipe(short, v.description("Before the signature: sha256=")), ""),
    signed: v.optional(
      v.pipe(
        short,
        v.check((text) => text.split("{body}").length === 2, "what is signed holds {body} once"),
        v.description("What is signed: `{body}`, or for example `v0:{timestamp}:{body}`"),
      ),
      "{body}",
    ),
    timestampHeader: v.optional(
      v.pipe(headerName, v.description("Unix seconds; a message is then good for 5 minutes, and must sign them")),
    ),
  }),
  v.strictObject({
    by: v.literal("key"),
    header: v.optional(headerName, "authorization"),
    prefix: v.optional(short, "Bearer "),
  }),
]);

const checkedVerification = v.pipe(
  verification,
  v.check(
    (one) => one.by !== "hmac" || (one.timestampHeader !== undefined) === one.signed.includes("{timestamp}"),
    "a timestamp is named by `timestampHeader` and signed as {timestamp}, or neither",
  ),
);

const of = v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(3)));
const found = {
  at: pointerText,
  of: v.pipe(of, v.description("0 for the whole message, 1 for the element of the first pointer of `each`, and so on")),
  map: v.optional(v.record(v.string(), v.unknown())),
  or: v.optional(v.unknown()),
  optional: v.optional(v.boolean()),
};
const source = v.union([v.strictObject({ value: v.unknown() }), v.strictObject(found)], "this is {value} or {at}");
const textSource = v.union([short, source], "this is a text, {value} or {at}");
const timeSource = v.union(
  [
    v.literal("received"),
    v.strictObject({ value: v.unknown(), format: v.optional(v.picklist(TIME_FORMATS)) }),
    v.strictObject({ ...found, format: v.optional(v.picklist(TIME_FORMATS)) }),
  ],
  "a time is received, {value} or {at}, with its format",
);

const mapping = v.pipe(
  v.strictObject({
    each: v.optional(v.pipe(v.array(pointerText), v.maxLength(3, "arrays are gone through at most 3 deep"))),
    when: v.optional(
      v.pipe(
        v.array(v.strictObject({ at: pointerText, of, is: v.pipe(v.array(v.unknown()), v.minLength(1)) })),
        v.maxLength(20),
      ),
    ),
    twin: v.strictObject({ id: textSource, prefix: v.optional(short) }),
    create: v.optional(v.pipe(short, v.description("Type of a twin that is made where there is none"))),
    properties: v.optional(
      v.pipe(
        v.record(v.pipe(v.string(), v.maxLength(500)), source),
        v.description("By JSON pointer into the properties"),
      ),
    ),
    points: v.optional(
      v.pipe(
        v.array(
          v.strictObject({
            stream: textSource,
            value: source,
            unit: v.optional(textSource),
            observedAt: v.optional(timeSource),
          }),
        ),
        v.maxLength(100, "a mapping has at most 100 points"),
      ),
    ),
    observedAt: v.optional(timeSource),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    const fault = dataset.typed ? faultIn(dataset.value as Mapping) : undefined;
    if (fault !== undefined) addIssue({ message: `${fault} is no JSON pointer, or \`of\` leads out of \`each\`` });
  }),
);

const messageId = v.union(
  [v.strictObject({ header: headerName }), v.strictObject({ at: pointerText })],
  "the id of a message is {header} or {at}",
);

const rules = {
  verification: checkedVerification,
  format: v.optional(v.picklist(["json", "cloudevents"]), "json"),
  messageId: v.optional(
    v.pipe(messageId, v.description("Of JSON; where left out `webhook-id`, or the digest of the body")),
  ),
  mapping,
};
export const hookRules = v.strictObject(rules);
export type HookRules = Omit<v.InferOutput<typeof hookRules>, "mapping"> & { mapping: Mapping };

const secret = v.optional(
  v.pipe(v.string(), v.maxLength(500), v.description("Where the sender makes it; one is made where it is left out")),
);

export const hookDraft = v.strictObject({
  id: v.optional(idSchema),
  title: v.optional(title, ""),
  ...rules,
  secret,
});
export const hookChange = v.strictObject({
  title: v.optional(title),
  verification: v.optional(checkedVerification),
  format: v.optional(v.picklist(["json", "cloudevents"])),
  messageId: v.optional(v.nullable(messageId)),
  mapping: v.optional(mapping),
});
export const hookRotation = v.strictObject({
  secret,
  overlapSeconds: v.pipe(
    v.number(),
    v.integer(),
    v.minValue(0),
    v.maxValue(7 * 24 * 60 * 60, "an overlap is at most 7 days"),
    v.description("For so long the secret before is good too"),
  ),
});
export const dryRun = v.strictObject({
  message: v.pipe(
    v.unknown(),
    v.description("As the mapping reads it: the JSON body, or a CloudEvent in its JSON format"),
  ),
  mapping: v.optional(v.pipe(mapping, v.description("In place of the hook's own"))),
});

export const hookAnswer = v.object({
  id: v.string(),
  title: v.string(),
  path: v.pipe(v.string(), v.description("Where messages are sent to")),
  ...rules,
  messageId: v.nullable(messageId),
  twinTypes: v.pipe(v.array(v.string()), v.description("Those of the key that made it: it writes no others")),
  secrets: v.pipe(
    v.number(),
    v.description("That are good now; none after a restore or a change of scheme, until one is given by `rotate`"),
  ),
  createdAt: v.string(),
});
export const hookWithSecret = v.object({
  hook: hookAnswer,
  secret: v.pipe(
    v.nullable(v.string()),
    v.description("One that was made here, shown this once; null for one that was given"),
  ),
});

const failure = v.object({
  code: v.string(),
  message: v.string(),
  at: v.optional(v.string()),
  hint: v.optional(v.string()),
});
const counts = v.object({ accepted: v.number(), unchanged: v.number(), corrected: v.number() });
const item = {
  at: v.pipe(v.string(), v.description("Its place in the message")),
  outcome: v.picklist(["taken", "skipped", "refused"]),
  twin: v.optional(v.string()),
  created: v.optional(v.boolean()),
  revision: v.optional(v.number()),
  points: v.optional(counts),
  failures: v.optional(v.array(failure)),
  moreFailures: v.optional(v.pipe(v.number(), v.description("Beside those that are told"))),
};
const answered = v.object({ message: v.string(), items: v.array(v.object(item)) });
export const inboundAnswer = v.union([
  answered,
  v.object({ messages: v.array(v.union([answered, v.object({ message: v.string(), failure })])) }),
]);
export const dryRunAnswer = v.object({
  items: v.array(
    v.object({
      ...item,
      writes: v.optional(
        v.object({
          properties: v.pipe(v.nullable(v.record(v.string(), v.unknown())), v.description("A merge patch (RFC 7386)")),
          points: v.array(
            v.object({ stream: v.string(), observedAt: v.string(), value: v.number(), unit: v.optional(v.string()) }),
          ),
        }),
      ),
    }),
  ),
});
