// A plugin without a fault, and the places at which a fault can be put into it.

import * as v from "valibot";
import type { Backend } from "../../backend.ts";
import { defineCapability, type Answer, type Capability, type Example } from "../../capability.ts";
import { refuse } from "../../failure.ts";
import type { Grant } from "../../grant.ts";
import { definePlugin, type Plugin } from "../../plugin.ts";
import { circuit } from "../../program/circuit.ts";
import { pauli } from "../../program/observable.ts";
import { batch } from "../../program/program.ts";
import type { Reader, ReadTable, SourceFile } from "../../reader.ts";
import { REFERENCE, referenceBackend } from "../reference/backend.ts";

export interface Result {
  value: number;
}

export interface Parts {
  example?: Example | undefined;
  /** In place of the capability's own run. */
  run?(grant: Grant): Promise<Answer<Result>>;
  /** After it. */
  answer?(answer: Answer<Result>): Answer<Result>;
  capability?: Partial<Capability>;
  backend?(sound: Backend): Backend;
  reader?: Partial<Reader>;
  plugin?: Partial<Plugin>;
}

const GAUGE = "broken.gauge@1";
const tilted = circuit(1, ["angle"]).add("ry", 0, "angle").build();

export const soundExample: Example = {
  input: { scale: 1 },
  streams: { level: { observedAtMs: Float64Array.of(0, 1000), values: Float64Array.of(0.2, 0.6) } },
};

/** Reads a stream, turns a qubit by its mean, and compares that with plain arithmetic. */
export async function soundRun(grant: Grant): Promise<Answer<Result>> {
  const { values } = await grant.stream("level");
  if (values.length === 0)
    refuse("capability.refused", "the level was never measured", { hint: "Send points of the stream level." });
  await grant.progress(0.5, "read");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const value = await turned(grant, mean);
  const individuals = ["a", "b", "c"];
  const losses = (of: number) =>
    Float64Array.from(individuals, (_, index) => of + 0.01 * index + 0.001 * grant.random());
  return {
    result: { value },
    comparison: {
      kind: "compared",
      comparison: {
        metric: "absolute error",
        unit: "m",
        aggregate: "mean",
        margin: 0.01,
        individuals,
        quantum: { name: "turned", losses: losses(0.1) },
        baseline: { name: "mean", losses: losses(0.2) },
        heldOut: "three invented gauges",
      },
    },
    prediction: {
      quantity: "level",
      value,
      unit: "m",
      interval: { lower: value - 1, upper: value + 1, coverage: 0.9 },
      expiresAt: "2026-02-01T00:00:00Z",
    },
    parameters: { mean: { value: mean, standardDeviation: 0.1, unit: "m" } },
  };
}

export async function turned(grant: Grant, angle: number): Promise<number> {
  const { values } = await grant.backend.run({
    kind: "expectation",
    circuit: tilted,
    parameters: batch([[angle]]),
    observables: [pauli("Z")],
  });
  return values[0] ?? Number.NaN;
}

/** `time,level` lines after a heading; the last line ends with a line feed. */
export function readLevels([file]: readonly SourceFile[]): ReadTable {
  const { name, text } = file ?? { name: "no file", text: "" };
  const lines = text.split("\n");
  const cut = (line: number, why: string) =>
    refuse("dataset.malformed", `${name} line ${line}: ${why}`, { at: `${name} line ${line}` });
  if (lines[0] !== "time,level") cut(1, "the heading is time,level");
  if (lines.at(-1) !== "") cut(lines.length, "the file ends in the middle of a line");
  const rows = lines.slice(1, -1).map((line, index) => {
    const row = line.split(",").map(Number);
    return row.length === 2 && row.every(Number.isFinite) ? row : cut(index + 2, "a line has two finite numbers");
  });
  return {
    columns: [
      { name: "time", role: "time", unit: "s" },
      { name: "level", role: "feature", unit: "m" },
    ],
    values: [0, 1].map((column) => Float64Array.from(rows, (row) => row[column] ?? 0)),
  };
}

export const soundReader: Reader = {
  id: "broken.levels",
  title: "Levels as comma-separated text",
  mediaTypes: ["text/csv"],
  example: () => [{ name: "levels.csv", text: "time,level\n0,1.5\n1,1.625\n2,1.75\n" }],
  toDataset: readLevels,
};

const soundBackend = () =>
  referenceBackend({
    ...REFERENCE,
    name: "broken",
    title: "Reference under another name",
    qubits: 6,
    submission: "findable",
  });

export function pluginOf(parts: Parts = {}): Plugin {
  const { run = soundRun, answer = (given) => given } = parts;
  const example = "example" in parts ? parts.example : soundExample;
  return definePlugin({
    name: "broken",
    version: "0.1.0",
    contract: 1,
    title: "One fault or none, for the conformance kit",
    twinTypes: [
      {
        id: GAUGE,
        title: "A gauge",
        properties: v.object({}),
        streams: { level: { title: "Level", unit: "m" } },
        links: {},
      },
    ],
    capabilities: [
      {
        ...defineCapability({
          id: "broken.level@1",
          title: "The level of a gauge",
          subject: { kind: "twin", type: GAUGE },
          input: v.strictObject({ scale: v.number() }),
          result: v.object({ value: v.number() }),
          needs: { backend: { kinds: ["expectation"], qubits: 1 } },
          patienceMs: 300,
          ...(example && { example: () => example }),
          run: async (_input, grant) => answer(await run(grant)),
        }),
        ...parts.capability,
      },
    ],
    backends: [parts.backend?.(soundBackend()) ?? soundBackend()],
    readers: [{ ...soundReader, ...parts.reader }],
    ...parts.plugin,
  });
}
