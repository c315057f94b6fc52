// The contract of a backend: where programs run.

import type { Failure, Outcome } from "./failure.ts";
import type { OperationName } from "./program/operation.ts";
import type { Program, ProgramKind, ProgramResult } from "./program/program.ts";

/** What a price list charges; data with a date and a source, never a number in code. */
export interface PriceList {
  currency: string;
  perProgram: number;
  perShot: number;
  asOf: string;
  source: string;
}

export interface BackendDescription {
  /** `statevector`: how a request names it. */
  name: string;
  title: string;
  /** Of an annealer: its variables. */
  qubits: number;
  /** The operations that it executes as they are; the others are lowered to these. */
  gates: readonly OperationName[];
  /** The most `controls` that one operation may have; absent: none, and they are lowered. */
  controls?: number;
  /** Program kinds executed natively; expectations and overlaps are lowered to `sample`, `anneal` is not replaced. */
  kinds: readonly ProgramKind[];
  /** Options of its anneal programs: name, and what it means with its unit and default. */
  annealOptions?: Readonly<Record<string, string>>;
  /** True: expectations and overlaps carry no sampling error. */
  exact: boolean;
  /** How far off rounding may put an exact answer: a mean or slope of one word, an overlap, a probability. Absent: 1e-9. */
  tolerance?: number;
  /** What disturbs its answers, in words; `none` for an ideal simulator. */
  noise: string;
  prices: PriceList;
  /** Time until a program submitted now would start. */
  queueMs: number;
  /** What it knows of a submission whose answer was lost: it knows our key, it can be asked for it, or nobody can tell. */
  submission: "once" | "findable" | "unsure";
  /** The same program with the same seed gives the same answer, within one version. */
  sameSeedSameAnswer: boolean;
  /** Names of the secrets that a tenant must have stored for it; without one of them it is passed over. */
  secrets?: readonly string[];
}

/** What a backend gets with every call that may reach its provider: the tenant's secrets, of those it has declared. */
export interface BackendAccess {
  secrets: Readonly<Record<string, string>>;
}

/** For a backend that declares none. */
export const NO_SECRETS: BackendAccess = { secrets: {} };

/** What a program will cost and take. Pure: asking is free and changes nothing. */
export interface Quote {
  money: number;
  currency: string;
  seconds: number;
  /** Of the circuit as it is written, whatever a device makes of it; variables and 0 for a problem of annealing. */
  qubits: number;
  depth: number;
  /** Over all rows of the batch; 0 where the answer is exact. Reads of an anneal program. */
  shots: number;
}

/** Plain data by which a slow program is asked about later. */
export type Ticket = Readonly<Record<string, string | number>>;

export type Submission =
  | { state: "done"; result: ProgramResult }
  | { state: "waiting"; ticket: Ticket; askAgainAfterMs: number }
  | { state: "failed"; failure: Failure };

export interface Backend {
  describe(): Promise<BackendDescription>;
  quote(program: Program): Promise<Outcome<Quote>>;
  /** The same key never runs twice where `submission` is `once`. */
  submit(program: Program, key: string, access: BackendAccess): Promise<Submission>;
  /** The submission made under `key`, or nothing if the backend never accepted it. */
  find(key: string, access: BackendAccess): Promise<Submission | undefined>;
  check(ticket: Ticket, access: BackendAccess): Promise<Submission>;
  cancel(ticket: Ticket, access: BackendAccess): Promise<void>;
}
