// Fills a deployment through HTTP with a little of everything that a tenant can have.

import { ask, call, importFiles, type Api, type Run } from "../../examples/engines/client.ts";
import { generateCohort } from "../../examples/engines/generate.ts";

export interface Filled {
  model: string;
  engine: string;
  /** When the first values were known and none was corrected. */
  beforeCorrections: string;
  /** When everything that can be known was. */
  afterCorrections: string;
  dataset: string;
}

const READER = "aerospace.cmapss";
const TRAIN = "aerospace.train-remaining-life@1";
const QUICK = { folds: 2, cutsPerEngine: 3, every: 20, inducingPoints: 8, predictors: ["quantum-projected", "rbf"] };
/** Some seconds: time enough to be interrupted. */
const LONG = { ...QUICK, cutsPerEngine: 50, every: 8, inducingPoints: 16 };

export async function fill(api: Api): Promise<Filled> {
  const fields = { reader: READER, synthetic: "true" };
  const records = { ...fields, as: "dataset", title: "Invented run-to-failure records" };
  const { train, test } = generateCohort({ seed: 1, trainEngines: 6, testEngines: 2 });
  const { dataset } = await importFiles<{ dataset: { id: string } }>(api, records, [
    { name: "train.txt", text: train },
  ]);
  const flown = [{ name: "test.txt", text: firstCycles(30, test) }];
  await importFiles(api, { ...fields, as: "twins", idPrefix: "engine-" }, flown);
  const engine = "engine-1";

  await call(api, "POST", "/v1/twins", { id: "vane-1", type: "reference.vane@1", properties: { place: "roof" } });
  await call(api, "POST", "/v1/twins", { id: "vane-unread", type: "reference.vane@1" });
  await readVane(api, [6.2, 0.1, 0.3, 1 / 3]);
  const beforeCorrections = await momentLater();
  await readVane(api, [6.2, 0.2]);
  await correctFirst(api, engine, "T24");

  const subject = { kind: "dataset", id: dataset.id };
  const trained = await ask(api, { capability: TRAIN, subject, input: QUICK });
  const { model } = trained.result as { model: string };
  await ask(api, remainingLife(engine, model));
  await ask(api, meanDirection("vane-1"));
  await call(api, "POST", "/v1/runs", meanDirection("vane-unread"));
  const cancelled = await begin(api, { capability: TRAIN, subject, input: LONG });
  await call(api, "POST", `/v1/runs/${cancelled}/cancel`);
  return { model, engine, dataset: dataset.id, beforeCorrections, afterCorrections: await momentLater() };
}

/** A run that has come some way: its journal holds something. */
export async function leaveUnderWay(api: Api, dataset: string): Promise<string> {
  const id = await begin(api, { capability: TRAIN, subject: { kind: "dataset", id: dataset }, input: LONG });
  for (;;) {
    const { state, progress } = await call<Run>(api, "GET", `/v1/runs/${id}`);
    if (state === "running" && progress.fraction > 0) return id;
    if (state !== "running" && state !== "queued") throw new Error(`run ${id} is ${state} already`);
    await pause(20);
  }
}

export const remainingLife = (engine: string, model: string) => ({
  capability: "aerospace.remaining-life@1",
  subject: { kind: "twin", id: engine },
  input: { model, alternatives: true },
});

const meanDirection = (vane: string) => ({
  capability: "reference.mean-direction@1",
  subject: { kind: "twin", id: vane },
  input: {},
});

/** A line begins with the engine and its cycle. */
const firstCycles = (count: number, text: string): string =>
  text
    .split("\n")
    .filter((line) => Number(line.split(" ")[1]) <= count)
    .map((line) => `${line}\n`)
    .join("");

const readVane = (api: Api, values: readonly number[]) =>
  call(api, "POST", "/v1/twins/vane-1/points", {
    points: values.map((value, hour) => ({ stream: "direction", observedAt: `2026-01-01T0${hour}:00:00Z`, value })),
  });

async function correctFirst(api: Api, twin: string, stream: string): Promise<void> {
  const { points } = await call<{ points: { observedAt: string; value: number }[] }>(
    api,
    "GET",
    `/v1/twins/${twin}/streams/${stream}?limit=1`,
  );
  const corrected = points.map(({ observedAt, value }) => ({ stream, observedAt, value: value + 0.125 }));
  await call(api, "POST", `/v1/twins/${twin}/points`, { points: corrected });
}

async function begin(api: Api, question: object): Promise<string> {
  const { id } = await call<Run>(api, "POST", "/v1/runs", question, { prefer: "wait=0" });
  return id;
}

/** Times are kept to the millisecond. */
async function momentLater(): Promise<string> {
  await pause(20);
  return new Date(Date.now() - 10).toISOString();
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
