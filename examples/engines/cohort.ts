// What an operator of engines does with the API: store the run-to-failure records, create the twins, train, ask.

import { ask, importFiles, type Api, type Run } from "./client.ts";
import type { CohortSource } from "./source.ts";

export type Rung = "age-only" | "recent-window" | "own-history";
export const RUNGS: readonly Rung[] = ["age-only", "recent-window", "own-history"];

interface TrainingTableRow {
  rung: Rung;
  predictor: string;
  kind: "quantum" | "classical";
  rmse: number;
  standardError: number;
  coverage: number;
  meanWidth: number;
}

export interface Trained {
  model: string;
  lifeCap: number;
  engines: number;
  rows: number;
  table: TrainingTableRow[];
  chosen: { quantum: string; classicalKernel: string; boosting: string; answeredBy: string };
}

export interface RemainingLife {
  remainingCycles: number;
  interval: { lower: number; upper: number; coverage: number };
  answeredBy: string;
  rung: Rung;
  cycle: number;
  lifeCap: number;
  alternatives?: {
    rung: Rung;
    predictor: string;
    kind: "quantum" | "classical";
    value: number;
    lower: number;
    upper: number;
  }[];
}

/** The run of a capability and its result, of the shape that the capability publishes. */
export interface Answered<Result> {
  run: Run;
  result: Result;
}

const READER = "aerospace.cmapss";

export async function storeRecords(api: Api, { set, synthetic, train }: CohortSource): Promise<string> {
  const title = synthetic ? "Synthetic run-to-failure records" : `C-MAPSS ${set} training engines`;
  const { dataset } = await importFiles<{ dataset: { id: string } }>(
    api,
    { reader: READER, as: "dataset", title, synthetic: String(synthetic) },
    train,
  );
  return dataset.id;
}

/** Ids of the twins, in the order of the file: `<name>-engine-<number>`. */
export async function createTwins(
  api: Api,
  { set, synthetic, test }: CohortSource,
  name = set.toLowerCase(),
): Promise<string[]> {
  const fields = {
    reader: READER,
    as: "twins",
    idPrefix: `${name}-engine-`,
    synthetic: String(synthetic),
  };
  const { twins } = await importFiles<{ twins: { id: string; failure?: { message: string } }[] }>(api, fields, test);
  const failed = twins.find(({ failure }) => failure);
  if (failed) throw new Error(`twin ${failed.id} was not imported: ${failed.failure?.message}`);
  return twins.map(({ id }) => id);
}

export async function train(
  api: Api,
  dataset: string,
  input: object,
  onProgress: (run: Run) => void,
): Promise<Answered<Trained>> {
  const question = { capability: "aerospace.train-remaining-life@1", subject: { kind: "dataset", id: dataset }, input };
  const run = await ask(api, question, onProgress);
  return { run, result: run.result as Trained };
}

export async function remainingLife(
  api: Api,
  twin: string,
  input: { model: string; alternatives?: boolean },
): Promise<Answered<RemainingLife>> {
  const run = await ask(api, { capability: "aerospace.remaining-life@1", subject: { kind: "twin", id: twin }, input });
  return { run, result: run.result as RemainingLife };
}
