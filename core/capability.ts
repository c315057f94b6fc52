// The contract of a capability: one question that can be asked of a subject, and the answer with its evidence.

import type { GenericSchema, InferOutput } from "valibot";
import type { Grant } from "./grant.ts";
import type { ReadTable } from "./reader.ts";
import type { ProgramKind } from "./program/program.ts";
import type { Comparison } from "./run/compare.ts";
import type { PersonalParameter, Series } from "./twin.ts";

/** Whom a capability is asked about. */
export type SubjectNeed = { kind: "twin"; type: string } | { kind: "dataset" };

/** What it needs of a backend; absent where it runs no program. */
export interface BackendNeed {
  kinds: readonly ProgramKind[];
  /** For `anneal`: variables. */
  qubits: number;
}

/** A statement about a twin's future, kept on the twin. */
export interface Prediction {
  quantity: string;
  value: number;
  unit: string;
  interval: { lower: number; upper: number; /** Nominal coverage, for example 0.9. */ coverage: number };
  /** When it must no longer be relied on: RFC 3339. */
  expiresAt: string;
}

/** Why there is a verdict, or why there is none. */
export type ComparisonClaim =
  | { kind: "compared"; comparison: Comparison }
  | { kind: "inherited"; modelId: string }
  | { kind: "not-compared"; reason: string };

export interface Answer<Result> {
  result: Result;
  comparison: ComparisonClaim;
  prediction?: Prediction;
  /** What was learned of this individual; stored on the twin. */
  parameters?: Record<string, PersonalParameter>;
}

/** A question that the capability answers, with the data that it is asked about. The conformance kit asks it. */
export interface Example {
  input: unknown;
  /** Of the twin that it is asked about. */
  properties?: Readonly<Record<string, unknown>>;
  streams?: Readonly<Record<string, Series>>;
  /** The dataset that it is asked about; its rows are invented. */
  table?: ReadTable;
  /** A capability of the same plugin whose example is asked before; the models that it saves are `model-1`, `model-2`, ... */
  after?: string;
  /** True where a typical question takes seconds: the example must then tell its progress. */
  long?: boolean;
}

export interface Capability<Input extends GenericSchema = GenericSchema, Result extends GenericSchema = GenericSchema> {
  /** With its major: `aerospace.remaining-life@1`. An incompatible change is a new major, offered beside the old one. */
  id: string;
  title: string;
  subject: SubjectNeed;
  input: Input;
  result: Result;
  needs: { backend?: BackendNeed };
  /** Formats of the models that it reads, its own or another plugin's; each with its major. */
  reads?: readonly string[];
  /** A plugin that neither answers nor asks its grant for this long is given up. */
  patienceMs: number;
  /** Small: it is asked about ten times in a test. Without one, nothing of the capability can be checked. */
  example?(): Example;
  run(input: InferOutput<Input>, grant: Grant): Promise<Answer<InferOutput<Result>>>;
}

/** Keeps the types of input and result together; the list of a plugin forgets them. */
export const defineCapability = <Input extends GenericSchema, Result extends GenericSchema>(
  capability: Capability<Input, Result>,
): Capability => capability as unknown as Capability;
