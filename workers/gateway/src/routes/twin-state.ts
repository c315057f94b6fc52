// The state of a twin, as a whole and part by part: every member of properties and desired, and every link, has a path.

import { Hono, type Context } from "hono";
import { etag } from "hono/etag";
import * as v from "valibot";
import { Refusal, refuse, unwrap, type ErrorCode } from "@eigentwin/core";
import { partsOf, type Change, type StateWrite } from "@eigentwin/twins";
import { authorOf, reasonHeader } from "../author.ts";
import { answerTwin, answerWritten } from "../answer-twin.ts";
import { conditionHeaders, conditionIn, etagOfState } from "../conditions.ts";
import type { Gateway } from "../context.ts";
import { createTwin } from "../create-twin.ts";
import { CONSENT_PROBLEMS, describe } from "../describe.ts";
import { knownTwinOrBranch, typedTwin } from "../known.ts";
import { purposeHeader } from "../purpose.ts";
import { writeToken } from "../query/write-token.ts";
import { readableTwin } from "../readable.ts";
import { ACCEPT_PATCH, pathIn, patchIn } from "../twin-path.ts";
import { valid } from "../validate.ts";
import { writerFor, writeState } from "../write-state.ts";
import {
  twinOrBranchId,
  twinOrBranchParam,
  twinState as wholeState,
  writeAnswer,
  writtenTwin,
} from "./twin-schemas.ts";

const writeHeaders = v.object({ ...conditionHeaders, ...reasonHeader, ...purposeHeader });
const readHeaders = v.object({ "if-none-match": v.optional(v.string()), ...purposeHeader });

const BODY_PROBLEMS = [
  "request.malformed",
  "request.too-large",
  "request.unsupported-media-type",
] as const satisfies ErrorCode[];
const WRITE_PROBLEMS = [
  "twin.not-found",
  "branch.not-found",
  "branch.limit-reached",
  "twin.part-not-found",
  "twin.type-unknown",
  "twin.revision-mismatch",
  "link.unknown",
  "link.target-not-found",
  "link.wrong-type",
] as const satisfies ErrorCode[];
const PATCH_PROBLEMS = ["patch.invalid", "patch.test-failed"] as const satisfies ErrorCode[];

const RULE =
  "A PUT or DELETE that would change something that is there needs `If-Match`, with an ETag or `*`; PATCH, and what adds " +
  "something, needs none. What changes nothing is no revision.";

export const twinState = new Hono<Gateway>()
  .put(
    "/:id",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Create a twin, or replace its state",
      description: `Parts that are left out are empty. ${RULE}`,
      answer: writtenTwin,
      problems: [...BODY_PROBLEMS, ...WRITE_PROBLEMS, "twin.exists", "twin.erased", "twin.if-match-required"],
    }),
    valid("header", writeHeaders),
    valid("param", twinOrBranchParam),
    valid("json", wholeState),
    async (c) => {
      const { id } = c.req.valid("param");
      const body = c.req.valid("json");
      // Branches are made by their own route.
      if (partsOf(id).branch !== undefined) return replaceTwin(c, id, body);
      const { match } = conditionIn(c.req.valid("header"));
      const writer = await writerFor(c.env, c.get("caller"));
      if (match === undefined) {
        const made = await createTwin(writer, { ...body, id, ...authorOf(c) });
        if (made.ok) return answerTwin(c, made.value, 201);
        // Whoever does not see the twin that is there learns no more than that its id is taken.
        if (made.failure.code !== "twin.exists") unwrap(made);
        return replaceTwin(c, id, body, () => unwrap(made));
      }
      return replaceTwin(c, id, body, () =>
        refuse("twin.revision-mismatch", "there is no such twin to match", { at: "header if-match" }),
      );
    },
  )
  .patch(
    "/:id",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Patch the state of a twin",
      description:
        "The patched document is `{properties, desired, links}`. All of the patch is applied, or nothing of it.",
      answer: writtenTwin,
      takesPatch: true,
      problems: [...BODY_PROBLEMS, ...WRITE_PROBLEMS, ...PATCH_PROBLEMS],
    }),
    valid("header", writeHeaders),
    valid("param", twinOrBranchParam),
    async (c) => {
      const { id } = c.req.valid("param");
      return answerWritten(c, await write(c, id, { path: [], change: await patchIn(c), withView: true }));
    },
  )
  .delete(
    "/:id",
    describe({
      tag: "twins",
      access: "twins:write",
      summary: "Delete a twin, or drop a branch",
      description:
        `With its points, predictions and history; from then on it is as one that never was. Links to it go from the twins ` +
        `that have them. Its branches go with it; a branch that is dropped leaves nothing. Runs about it keep their evidence. ${RULE}`,
      status: 204,
      problems: ["twin.not-found", "branch.not-found", "twin.revision-mismatch", "twin.if-match-required"],
    }),
    valid("header", writeHeaders),
    valid("param", twinOrBranchParam),
    async (c) => {
      const { id } = c.req.valid("param");
      const twin = await knownTwinOrBranch(c.env, c.get("caller"), id);
      unwrap(await twin.retire(conditionIn(c.req.valid("header")), authorOf(c)));
      return c.body(null, 204, writeToken({ id, sequence: 0 }));
    },
  );

interface Part {
  pattern: string;
  /** Of the summaries: "the properties". */
  title: string;
  param: v.GenericSchema;
}

const named = v.object({
  id: twinOrBranchId,
  pointer: v.pipe(v.string(), v.description("The rest of a JSON pointer")),
});

/** Each part has the same four methods. */
const PARTS: readonly Part[] = [
  { pattern: "/:id/properties", title: "the properties", param: twinOrBranchParam },
  { pattern: "/:id/properties/:pointer{.+}", title: "what stands at a path of the properties", param: named },
  { pattern: "/:id/desired", title: "what is desired of the properties", param: twinOrBranchParam },
  { pattern: "/:id/desired/:pointer{.+}", title: "what stands at a path of what is desired", param: named },
  { pattern: "/:id/links", title: "the links", param: twinOrBranchParam },
  {
    pattern: "/:id/links/:name",
    title: "the targets of a link",
    param: v.object({ id: twinOrBranchId, name: v.string() }),
  },
];

for (const { pattern, title, param } of PARTS) {
  twinState.get(
    pattern,
    etag(),
    describe({
      tag: "twins",
      access: "twins:read",
      summary: `Read ${title}`,
      hasEtag: true,
      answer: v.unknown(),
      problems: ["twin.not-found", "branch.not-found", "twin.part-not-found", ...CONSENT_PROBLEMS],
    }),
    valid("header", readHeaders),
    valid("param", param),
    readPart,
  );
  twinState.put(
    pattern,
    describe({
      tag: "twins",
      access: "twins:write",
      summary: `Write ${title}`,
      description: RULE,
      answer: writeAnswer,
      problems: [...BODY_PROBLEMS, ...WRITE_PROBLEMS, "twin.if-match-required"],
    }),
    valid("header", writeHeaders),
    valid("param", param),
    valid("json", v.unknown()),
    async (c) => writePart(c, { kind: "put", value: await c.req.json() }),
  );
  twinState.patch(
    pattern,
    describe({
      tag: "twins",
      access: "twins:write",
      summary: `Patch ${title}`,
      answer: writeAnswer,
      takesPatch: true,
      problems: [...BODY_PROBLEMS, ...WRITE_PROBLEMS, ...PATCH_PROBLEMS],
    }),
    valid("header", writeHeaders),
    valid("param", param),
    async (c) => writePart(c, await patchIn(c)),
  );
  twinState.delete(
    pattern,
    describe({
      tag: "twins",
      access: "twins:write",
      summary: `Delete ${title}`,
      description: RULE,
      answer: writeAnswer,
      problems: [...WRITE_PROBLEMS, "twin.if-match-required"],
    }),
    valid("header", writeHeaders),
    valid("param", param),
    async (c) => writePart(c, { kind: "delete" }),
  );
}

const idIn = (c: Context<Gateway>): string => c.req.param("id") ?? "";

export async function readPart(c: Context<Gateway>): Promise<Response> {
  const twin = await readableTwin(c, idIn(c));
  const { value, revision } = unwrap(await twin.part(pathIn(c)));
  return c.json(value as object, 200, { etag: etagOfState(revision), "accept-patch": ACCEPT_PATCH });
}

export async function writePart(c: Context<Gateway>, change: Change): Promise<Response> {
  const { isNew, ...receipt } = await write(c, idIn(c), { path: pathIn(c), change });
  return c.json(receipt, isNew ? 201 : 200, { etag: etagOfState(receipt.revision), ...writeToken(receipt) });
}

async function write(c: Context<Gateway>, id: string, what: Pick<StateWrite, "path" | "change" | "as" | "withView">) {
  const [ifMatch, ifNoneMatch] = [c.req.header("if-match"), c.req.header("if-none-match")];
  const condition = conditionIn({ "if-match": ifMatch, "if-none-match": ifNoneMatch });
  const twin = await typedTwin(c.env, c.get("caller"), id);
  const writer = await writerFor(c.env, c.get("caller"));
  return writeState(writer, twin, { ...what, condition, author: authorOf(c) });
}

/** Only that the caller sees it decides: what stands in the index may lag behind by a second. */
async function replaceTwin(
  c: Context<Gateway>,
  id: string,
  { type, synthetic, ...state }: v.InferOutput<typeof wholeState>,
  notThere?: () => never,
): Promise<Response> {
  try {
    const change = { kind: "put" as const, value: state };
    return answerWritten(c, await write(c, id, { path: [], change, as: { type, synthetic }, withView: true }));
  } catch (error) {
    if (notThere && error instanceof Refusal && error.failure.code === "twin.not-found") return notThere();
    throw error;
  }
}
