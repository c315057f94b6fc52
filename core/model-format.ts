// Formats of saved models, `<plugin>.<name>@<major>`: a plugin saves its own, and a capability says which it reads.

import { refuse } from "./failure.ts";
import type { SavedModel } from "./grant.ts";
import { isVersionedId } from "./versioned-id.ts";

/** Who asks for a model, or saves one. */
export interface ModelUser {
  plugin: string;
  capability: string;
  /** Formats that the capability reads. */
  reads: readonly string[];
}

export function mustRead({ id, savedBy, format }: SavedModel, { capability, reads }: ModelUser): void {
  if (reads.includes(format)) return;
  refuse(
    "model.unreadable",
    `model ${id} was saved by ${savedBy.plugin} ${savedBy.version} as ${format}, which ${capability} does not read`,
    {
      at: "/input/model",
      hint:
        reads.length > 0
          ? `${capability} reads ${reads.join(", ")}. GET /v1/models/${id} says what reads this one.`
          : `${capability} reads no models.`,
    },
  );
}

export function mustOwn(format: unknown, { plugin, capability }: ModelUser): void {
  if (isVersionedId(format, plugin)) return;
  refuse(
    "plugin.broke-contract",
    `${plugin} saved a model as "${String(format)}": a format is ${plugin}.<name>@<major>`,
    {
      at: capability,
    },
  );
}
