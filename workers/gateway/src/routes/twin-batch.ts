// Many twins in one request: each is created or patched by itself, and each has a result of its own.

import { Hono } from "hono";
import * as v from "valibot";
import { Refusal, unwrap, type Failure } from "@eigentwin/core";
import type { Author } from "@eigentwin/twins";
import { authorOf, reasonHeader } from "../author.ts";
import { conditionIn } from "../conditions.ts";
import type { Gateway } from "../context.ts";
import { createTwin } from "../create-twin.ts";
import { describe } from "../describe.ts";
import { typedTwin } from "../known.ts";
import { problemBody, problemSchema } from "../problem.ts";
import { valid } from "../validate.ts";
import { writerFor, writeState, type Writer } from "../write-state.ts";
import { idSchema, twinOrBranchId, twinState } from "./twin-schemas.ts";

const MOST_ITEMS = 1_000;
/** So many items are written at once. */
const WRITERS = 8;

const create = v.strictObject({ create: v.strictObject({ id: idSchema, ...twinState.entries }) });
const patch = v.strictObject({
  patch: v.pipe(
    v.strictObject({
      id: twinOrBranchId,
      ifMatch: v.optional(v.pipe(v.string(), v.description("As the header If-Match"))),
      merge: v.optional(
        v.pipe(v.record(v.string(), v.unknown()), v.description("A merge patch of `{properties, desired, links}`")),
      ),
      operations: v.optional(v.pipe(v.array(v.unknown()), v.description("Or a JSON Patch of the same"))),
    }),
    v.check(({ merge, operations }) => !merge !== !operations, "a patch has either `merge` or `operations`"),
  ),
});
type Item = v.InferOutput<typeof create> | v.InferOutput<typeof patch>;

const idOf = (item: Item): string => ("create" in item ? item.create.id : item.patch.id);

const batch = v.strictObject({
  items: v.pipe(
    v.array(v.union([create, patch], "an item is { create: … } or { patch: … }")),
    v.minLength(1, "a batch has at least one item"),
    v.maxLength(MOST_ITEMS, "a batch has at most 1,000 items"),
    v.check((items) => new Set(items.map(idOf)).size === items.length, "a batch names each twin once"),
  ),
});

const batchAnswer = v.object({
  items: v.array(
    v.object({
      id: v.string(),
      status: v.pipe(v.number(), v.description("As that of the request by itself")),
      revision: v.optional(v.number()),
      problem: v.optional(problemSchema),
    }),
  ),
});

export const twinBatch = new Hono<Gateway>().post(
  "/batch",
  describe({
    tag: "twins",
    access: "twins:write",
    summary: "Create and patch up to 1,000 twins",
    description:
      "Each item by itself, in no order, and each twin once. The answer has a result for each item, in the order of the request.",
    answer: batchAnswer,
    problems: ["request.malformed", "request.too-large", "request.unsupported-media-type"],
  }),
  valid("header", v.object(reasonHeader)),
  valid("json", batch),
  async (c) => {
    const { items } = c.req.valid("json");
    const writer = await writerFor(c.env, c.get("caller"));
    const author = authorOf(c);
    const results: object[] = [];
    const queue = items.map((item, index) => ({ item, index }));
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift())
        results[next.index] = await resultOf(writer, author, next.item);
    };
    await Promise.all(Array.from({ length: WRITERS }, work));
    return c.json({ items: results });
  },
);

async function resultOf(writer: Writer, author: Author, item: Item) {
  const id = idOf(item);
  try {
    if ("create" in item)
      return { id, status: 201, revision: unwrap(await createTwin(writer, { ...item.create, ...author })).revision };
    return { id, status: 200, revision: await patched(writer, author, item.patch) };
  } catch (error) {
    // A fault of ours ends the whole request: it is logged once, and which items were written can be read.
    if (!(error instanceof Refusal)) throw error;
    return failed(id, error.failure);
  }
}

async function patched(writer: Writer, author: Author, item: v.InferOutput<typeof patch>["patch"]): Promise<number> {
  const { id, ifMatch, merge, operations } = item;
  const change =
    operations === undefined ? { kind: "merge" as const, patch: merge } : { kind: "patch" as const, patch: operations };
  const { revision } = await writeState(writer, await typedTwin(writer.env, writer.caller, id), {
    path: [],
    change,
    condition: conditionIn({ "if-match": ifMatch }),
    author,
  });
  return revision;
}

function failed(id: string, failure: Failure) {
  const problem = problemBody(failure);
  return { id, status: problem.status, problem };
}
