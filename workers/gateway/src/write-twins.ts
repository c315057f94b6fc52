// Writes the twins of an import: everything that can be wrong with a name or a property is found before the first write.

import * as v from "valibot";
import {
  checkAgainst,
  EMPTY_STATE,
  fail,
  PROPERTIES_HINT,
  refuse,
  unwrap,
  type Failure,
  type JsonSchema,
  type Outcome,
  type ReadTwin,
} from "@eigentwin/core";
import type { AppendReceipt, Author, TwinDraft, TwinService } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import { sees, type Caller } from "./caller.ts";
import { ownType, twinTypeNamed } from "./catalogue.ts";
import { idSchema } from "./routes/twin-schemas.ts";
import { twinAt } from "./services.ts";

interface TwinImport {
  caller: Caller;
  type: string;
  synthetic: boolean;
  prefix: string;
  author: Author;
}

interface ImportedTwin {
  id: string;
  created: boolean;
  points?: AppendReceipt;
  failure?: Failure;
}

/** So many twins are written at once. */
const WRITERS = 4;

export async function writeTwins(
  env: Env,
  { caller, type, synthetic, prefix, author }: TwinImport,
  twins: readonly ReadTwin[],
): Promise<ImportedTwin[]> {
  const declared = await twinTypeNamed(env, caller, type);
  const { tenant } = caller;
  checkTwins(twins, prefix, declared.properties);
  const results: ImportedTwin[] = [];
  const queue = twins.map((twin, index) => ({ twin, index }));
  const writer = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { name, properties, streams } = next.twin;
      const draft = {
        tenant,
        id: `${prefix}${name}`,
        type: ownType(declared),
        ...EMPTY_STATE,
        properties,
        synthetic,
        ...author,
      };
      results[next.index] = await writeTwin(twinAt(env, tenant, draft.id), caller, draft, streams);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return results;
}

export function checkTwins(twins: readonly ReadTwin[], prefix: string, schema: JsonSchema): void {
  const seen = new Set<string>();
  for (const { name, properties } of twins) {
    const id = `${prefix}${name}`;
    if (!v.safeParse(idSchema, id).success)
      refuse("dataset.malformed", `"${id.slice(0, 200)}" cannot be the id of a twin`, {
        hint: "An id has 1 to 128 letters, digits, dots, dashes, colons or underscores; `idPrefix` is part of it.",
      });
    if (seen.has(id)) refuse("dataset.malformed", `two individuals are called "${name}"`);
    seen.add(id);
    checkAgainst(schema, properties, "/properties", PROPERTIES_HINT);
  }
}

async function writeTwin(
  target: TwinService,
  caller: Caller,
  draft: TwinDraft,
  streams: ReadTwin["streams"],
): Promise<ImportedTwin> {
  const { id } = draft;
  const made = await target.create(draft);
  const ready: Outcome<unknown> =
    made.ok || made.failure.code !== "twin.exists" ? made : await sameType(target, caller, draft.type.id, made);
  if (!ready.ok) return { id, created: false, failure: ready.failure };
  const appended = await target.appendSeries(streams, draft.by);
  return { id, created: made.ok, ...(appended.ok ? { points: appended.value } : { failure: appended.failure }) };
}

/** Of a twin that the caller does not see, no more is told than that its id is taken. */
async function sameType(
  target: TwinService,
  caller: Caller,
  type: string,
  taken: Outcome<unknown>,
): Promise<Outcome<unknown>> {
  const twin = unwrap(await target.subject());
  if (!sees(caller, twin.type)) return taken;
  return twin.type === type
    ? { ok: true, value: twin }
    : fail("subject.wrong-type", `twin ${twin.id} is a ${twin.type}, the file holds ${type}`);
}
