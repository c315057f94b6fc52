// One small training, in-process: quick settings and a backend that counts what it is asked.

import { unwrap, type Answer, type Backend, type JournalStore, type SavedModel } from "@eigentwin/core";
import { runInProcess } from "@eigentwin/core/in-process";
import { statevectorBackend } from "@eigentwin/statevector/node";
import { aerospacePlugin } from "../plugin.ts";
import { datasetOf } from "./observed.ts";
import { wornCohort } from "../worn-cohort.ts";

export const COHORT = wornCohort({ engines: 16 });
const QUICK = { folds: 2, cutsPerEngine: 5, every: 10, inducingPoints: 24 };

interface CountingBackend {
  backend: Backend;
  submitted(): number;
}

/** Breaks at the submission after `diesAfter` others. */
export function countingBackend(diesAfter = Infinity): CountingBackend {
  const backend = statevectorBackend();
  let submitted = 0;
  const submit: Backend["submit"] = async (program, key, access) => {
    if (submitted === diesAfter) throw new Error("the power went out");
    submitted += 1;
    return backend.submit(program, key, access);
  };
  return { backend: { ...backend, submit }, submitted: () => submitted };
}

export interface Training {
  text?: string;
  input?: Record<string, unknown>;
  backend?: Backend;
  journal?: JournalStore;
  onProgress?: (fraction: number, note: string) => void;
}

/** The outcome as it is, and the models that were saved. */
export async function training({ text = COHORT, input = {}, backend = statevectorBackend(), ...more }: Training = {}) {
  const models = new Map<string, SavedModel>();
  const outcome = await runInProcess({
    plugin: aerospacePlugin,
    capability: "aerospace.train-remaining-life@1",
    input: { ...QUICK, ...input },
    subject: { kind: "dataset", id: "cohort" },
    datasets: [datasetOf(text)],
    backend,
    models,
    ...more,
  });
  return { outcome, models };
}

export async function trained(
  request: Training = {},
): Promise<{ answer: Answer<unknown>; models: Map<string, SavedModel> }> {
  const { outcome, models } = await training(request);
  return { answer: unwrap(outcome), models };
}
