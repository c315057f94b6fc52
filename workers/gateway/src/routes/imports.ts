// Imports: files in an industry's own format, read by a plugin's reader into a dataset or into twins with points.

import { Hono } from "hono";
import * as v from "valibot";
import { fail, refuse, unwrap, type Outcome, type ReadTwin, type SourceFile } from "@eigentwin/core";
import type { AppendReceipt } from "@eigentwin/twins";
import type { Env } from "../../env.ts";
import { twinTypeNamed } from "../catalogue.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { checkAgainst } from "../json-schema.ts";
import { keepDataset } from "../keep-dataset.ts";
import { readerFor, twinOf } from "../services.ts";
import { datasetAnswer } from "./datasets.ts";
import { idSchema } from "./twin-schemas.ts";

const form = v.object({
  reader: v.string("the form needs a field `reader`"),
  as: v.picklist(["dataset", "twins"], "the field `as` is dataset or twins"),
  title: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  synthetic: v.optional(v.picklist(["true", "false"]), "false"),
  idPrefix: v.optional(idSchema),
  startsAt: v.optional(v.pipe(v.string(), v.isoTimestamp()), "2000-01-01T00:00:00Z"),
});

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

/** So many twins are written at once. */
const WRITERS = 4;

export const imports = new Hono<Gateway>().post(
  "/",
  describe({
    tag: "imports",
    summary: "Import files with a plugin's reader",
    description:
      "multipart/form-data with the fields reader, as (dataset | twins), title, synthetic, idPrefix, startsAt and one or more files, joined in order of name. " +
      "Every file is read to the end before anything is written. Importing the same twins again adds nothing.",
    status: 201,
    answer: importAnswer,
    problems: [
      "request.malformed",
      "request.too-large",
      "request.unsupported-media-type",
      "capability.not-found",
      "dataset.malformed",
      "dataset.no-individual",
      "twin.type-unknown",
    ],
  }),
  async (c) => {
    if (!c.req.header("content-type")?.startsWith("multipart/form-data"))
      refuse("request.unsupported-media-type", "an import is multipart/form-data", {
        hint: "curl -F reader=... -F as=dataset -F file=@train.txt",
      });
    const body = await c.req
      .parseBody({ all: true })
      .catch(() => refuse("request.malformed", "the form cannot be parsed"));
    const parsed = v.safeParse(form, body);
    if (!parsed.success)
      refuse("request.invalid", parsed.issues[0].message, { at: `form ${parsed.issues[0].path?.[0]?.key}` });
    const fields = v.parse(form, body);
    const files = await sourceFiles(body);
    const tenant = c.get("tenant");
    const synthetic = fields.synthetic === "true";
    const reader = readerFor(c.env, crypto.randomUUID());
    if (fields.as === "dataset") {
      const { columns, values } = unwrap(await reader.readDataset(fields.reader, files));
      const title = fields.title ?? files.map(({ name }) => name).join(", ");
      return c.json({ dataset: await keepDataset(c.env, { tenant, title, synthetic, columns, values }) }, 201);
    }
    const { type, twins } = unwrap(await reader.readTwins(fields.reader, files, { startsAt: fields.startsAt }));
    return c.json(
      { twins: await writeTwins(c.env, { tenant, type, synthetic, prefix: fields.idPrefix ?? "" }, twins) },
      201,
    );
  },
);

async function sourceFiles(body: Record<string, unknown>): Promise<SourceFile[]> {
  const files = Object.values(body)
    .flat()
    .filter((part) => part instanceof File)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (files.length === 0) refuse("request.invalid", "the form holds no file", { at: "form file" });
  return Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() })));
}

interface TwinImport {
  tenant: string;
  type: string;
  synthetic: boolean;
  prefix: string;
}

interface ImportedTwin {
  id: string;
  created: boolean;
  points?: AppendReceipt;
  failure?: unknown;
}

async function writeTwins(
  env: Env,
  { tenant, type, synthetic, prefix }: TwinImport,
  twins: readonly ReadTwin[],
): Promise<ImportedTwin[]> {
  const declared = await twinTypeNamed(env, type);
  for (const { properties } of twins) checkAgainst(declared.properties, properties, "/properties");
  const results: ImportedTwin[] = [];
  const queue = twins.map((twin, index) => ({ twin, index }));
  const writer = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { name, properties, streams } = next.twin;
      const id = `${prefix}${name}`;
      const target = twinOf(env, tenant, id);
      const made = await target.create({
        tenant,
        id,
        type: { id: type, streams: declared.streams },
        properties,
        synthetic,
      });
      const ready: Outcome<unknown> =
        made.ok || made.failure.code !== "twin.exists" ? made : await sameType(target.view(), type);
      const appended = ready.ok ? await target.appendSeries(streams) : ready;
      results[next.index] = {
        id,
        created: made.ok,
        ...(appended.ok ? { points: appended.value as AppendReceipt } : { failure: appended.failure }),
      };
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return results;
}

async function sameType(view: Promise<Outcome<{ type: string; id: string }>>, type: string): Promise<Outcome<unknown>> {
  const twin = unwrap(await view);
  return twin.type === type
    ? { ok: true, value: twin }
    : fail("subject.wrong-type", `twin ${twin.id} is a ${twin.type}, the file holds ${type}`);
}
