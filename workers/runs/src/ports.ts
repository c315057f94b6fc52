// What a run reads and writes outside its own object; all reads are as of its start.

import type { Env } from "../env.ts";
import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import {
  decode,
  digest,
  digestBytes,
  encode,
  refuse,
  unwrap,
  type DatasetInfo,
  type RunPorts,
  type SavedModel,
} from "@eigentwin/core";
import { dataset, model } from "@eigentwin/index";
import { openBody, readColumns, type ByteRanges } from "@eigentwin/tables";
import { twinOrBranchOf } from "@eigentwin/twins";
import { modelKey } from "./body-key.ts";
import type { ModelKept } from "./kept-models.ts";
import type { RunRecord } from "./run-record.ts";

/** What the run's own object keeps of what its ports see. */
export interface RunNotes {
  keepModel(kept: ModelKept): void;
  /** Something synthetic was read. */
  sawSynthetic(): void;
  progress: RunPorts["progress"];
}

export function runPorts(env: Env, { request, resolution, acceptedAt }: RunRecord, notes: RunNotes): RunPorts {
  const index = drizzle(env.INDEX);
  const { tenant, subject, purpose = null } = request;
  const files = new Map<string, ByteRanges>();

  async function datasetRow(id: string) {
    const [row] = await index
      .select()
      .from(dataset)
      .where(and(eq(dataset.tenant, tenant), eq(dataset.id, id)));
    return row ?? refuse("dataset.not-found", `there is no dataset ${id}`, { at: "/input" });
  }

  return {
    progress: notes.progress,
    async stream(name, range) {
      if (subject.kind !== "twin") return refuse("subject.wrong-type", "only a twin has streams");
      const twin = twinOrBranchOf(env.TWINS, tenant, subject.id);
      return unwrap(await twin.series(name, range, { asOf: acceptedAt, revision: subject.revision, purpose }));
    },
    async datasetInfo(id): Promise<DatasetInfo> {
      const row = await datasetRow(id);
      if (row.synthetic) notes.sawSynthetic();
      return {
        id,
        title: row.title,
        rows: row.rows,
        columns: row.columns,
        digest: row.digest,
        synthetic: row.synthetic,
      };
    },
    async datasetColumns(id, names) {
      const { bodyKey, columns } = await datasetRow(id);
      const known = new Set(columns.map(({ name }) => name));
      const missing = names.find((name) => !known.has(name));
      if (missing !== undefined)
        refuse("dataset.malformed", `dataset ${id} has no column "${missing}"`, {
          hint: `It has ${[...known].join(", ")}.`,
        });
      const file = files.get(bodyKey) ?? (await openBody(env.BODIES, bodyKey));
      files.set(bodyKey, file);
      return readColumns(file, names);
    },
    async model(id): Promise<SavedModel> {
      const [row] = await index
        .select()
        .from(model)
        .where(and(eq(model.tenant, tenant), eq(model.id, id)));
      if (!row) return refuse("model.not-found", `there is no model ${id}`, { at: "/input/model" });
      if (row.synthetic) notes.sawSynthetic();
      const body =
        (await env.BODIES.get(row.bodyKey)) ?? refuse("platform.fault", `the body of model ${id} is gone from storage`);
      const savedBy = { plugin: row.plugin, version: row.pluginVersion };
      return { id, savedBy, format: row.format, digest: row.digest, body: decode(await body.bytes()) };
    },
    /** Named by its content and the question: the same training gives the same model, and a result that names it repeats. */
    async saveModel({ title, format, body }) {
      const bytes = encode(body);
      const bodyDigest = await digestBytes(bytes);
      const { capability, input, seed } = request;
      const saved = [seed, title, format, bodyDigest];
      const named = await digest([tenant, resolution.plugin, capability, subject.id, input, ...saved]);
      const kept = {
        id: `model_${named.slice(7, 31)}`,
        title,
        format,
        digest: bodyDigest,
        bodyKey: modelKey(tenant, named.slice(7)),
      };
      await env.BODIES.put(kept.bodyKey, bytes as Uint8Array<ArrayBuffer>);
      notes.keepModel(kept);
      return { id: kept.id, digest: kept.digest };
    },
  };
}
