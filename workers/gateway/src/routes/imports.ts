// Imports: files in an industry's own format, read by a plugin's reader into a dataset or into twins with points.

import { toJsonSchema } from "@valibot/to-json-schema";
import { Hono } from "hono";
import * as v from "valibot";
import { refuse, unwrap, type JsonSchema } from "@eigentwin/core";
import { mustHave } from "../caller.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { wordsOf } from "../fault-words.ts";
import { keepDataset } from "../keep-dataset.ts";
import { readerFor } from "../services.ts";
import { sourceFiles, withinOneMessage } from "../source-files.ts";
import { idempotencyKey, valid } from "../validate.ts";
import { writeTwins } from "../write-twins.ts";
import { datasetAnswer } from "./datasets.ts";
import { idSchema, instant } from "./twin-schemas.ts";

const FORM_HINT =
  "For example: curl -F reader=aerospace.cmapss -F as=dataset -F file=@train.txt; GET /v1/plugins lists the readers.";

const fields = v.object({
  reader: v.pipe(v.string("the form needs a field `reader`"), v.description("For example aerospace.cmapss")),
  as: v.picklist(["dataset", "twins"], "the field `as` is dataset or twins"),
  title: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200), v.description("Of the dataset"))),
  synthetic: v.optional(v.picklist(["true", "false"]), "false"),
  idPrefix: v.optional(v.pipe(idSchema, v.description("Before the name of each individual, as the id of its twin"))),
  startsAt: v.optional(
    v.pipe(instant, v.description("Where a file counts cycles and has no clock")),
    "2000-01-01T00:00:00Z",
  ),
});

function formSchema(): JsonSchema {
  const schema = toJsonSchema(fields, { typeMode: "input", errorMode: "ignore" });
  const file = { description: "One or more", type: "array", items: { type: "string", format: "binary" } };
  return {
    type: "object",
    properties: { ...schema.properties, file },
    required: [...(schema.required ?? []), "file"],
  };
}

const importAnswer = v.union([
  v.object({ dataset: datasetAnswer }),
  v.object({
    twins: v.array(
      v.object({
        id: v.string(),
        created: v.boolean(),
        points: v.optional(v.record(v.string(), v.number())),
        failure: v.optional(v.unknown()),
      }),
    ),
  }),
]);

export const imports = new Hono<Gateway>().post(
  "/",
  describe({
    tag: "imports",
    access: ["twins:write", "datasets:write"],
    summary: "Import files with a plugin's reader",
    description:
      "One or more files of at most 20 MiB of text together, joined in order of name. Every file is read to the end before " +
      "anything is written. Importing the same twins again adds nothing.",
    status: 201,
    form: formSchema(),
    answer: importAnswer,
    problems: [
      "request.malformed",
      "request.too-large",
      "request.unsupported-media-type",
      "request.key-reused",
      "capability.not-found",
      "dataset.malformed",
      "dataset.no-individual",
      "twin.type-unknown",
    ],
  }),
  valid(
    "header",
    idempotencyKey(
      "Importing the same dataset again under the same key finds the first. Twins need none: they have ids",
    ),
  ),
  async (c) => {
    if (!c.req.header("content-type")?.startsWith("multipart/form-data"))
      refuse("request.unsupported-media-type", "an import is multipart/form-data", {
        hint: FORM_HINT,
      });
    const body = await c.req
      .parseBody({ all: true })
      .catch(() => refuse("request.malformed", "the form cannot be parsed", { hint: FORM_HINT }));
    const parsed = v.safeParse(fields, body);
    if (!parsed.success)
      return refuse("request.invalid", wordsOf(parsed.issues[0]), {
        at: `form ${parsed.issues[0].path?.[0]?.key}`,
        hint: FORM_HINT,
      });
    const { reader: name, as, title, idPrefix = "", startsAt, ...rest } = parsed.output;
    const caller = c.get("caller");
    mustHave(caller, [as === "twins" ? "twins:write" : "datasets:write"]);
    const files = await sourceFiles(Object.values(body).flat());
    const synthetic = rest.synthetic === "true";
    const reader = readerFor(c.env, crypto.randomUUID());
    if (as === "dataset") {
      const { columns, values } = unwrap(await withinOneMessage(reader.readDataset(name, files)));
      const dataset = await keepDataset(c.env, {
        tenant: caller.tenant,
        key: c.req.valid("header")["idempotency-key"],
        title: title ?? files.map(({ name }) => name).join(", "),
        synthetic,
        columns,
        values,
      });
      return c.json({ dataset }, 201);
    }
    const { type, twins } = unwrap(await withinOneMessage(reader.readTwins(name, files, { startsAt })));
    return c.json({ twins: await writeTwins(c.env, { caller, type, synthetic, prefix: idPrefix }, twins) }, 201);
  },
);
