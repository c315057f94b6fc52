// What stays of a finished run: a small fixed envelope of digests, choices, cost and verdict. Written once.

import type { BranchedFrom, Subject } from "../grant.ts";
import type { Digest } from "../codec.ts";
import type { Failure } from "../failure.ts";
import type { Spending } from "./quote.ts";
import type { Verdict } from "./compare.ts";

/** Still 1 where members were only added (`comparison`, `models`, `restored`, `subject.branch`, `purpose`): evidence without them stays readable. */
export const EVIDENCE_SCHEMA = "urn:eigentwin:evidence:1";

/** One thing that went into the run, by digest. */
export interface Material {
  /** Journal key: scope, kind and content hash of what was asked. */
  key: string;
  kind: "program" | "step" | "read";
  digest: Digest;
}

/** Of a branch, id and revision are its own, and it says what it was made from. */
export interface EvidenceSubject {
  kind: Subject["kind"];
  id: string;
  revision?: number;
  branch?: BranchedFrom;
}

export interface Evidence {
  schema: typeof EVIDENCE_SCHEMA;
  run: { id: string; capability: string; seed: number; acceptedAt: string; finishedAt: string; attempts: number };
  subject: EvidenceSubject;
  /** What it was asked for; absent where nothing was stated. */
  purpose?: string;
  /** Of the canonical JSON (RFC 8785) of the input. */
  input: Digest;
  /** How it ended, and the digest of the canonical JSON of the result. */
  outcome: { state: "succeeded"; result: Digest } | { state: "failed" | "cancelled"; failure: Failure };
  /** Everything that the run read, computed in journalled steps, or had executed. */
  materials: Material[];
  plugin: { name: string; version: string };
  backend: BackendChoice;
  /** The backend's name where it ran a program; null where none was sent. */
  executedBy: string | null;
  cost: Spending;
  verdict: Verdict;
  /** Of the comparison that the verdict follows from: canonical JSON, losses and all (`comparison-body.ts`). */
  comparison?: Digest;
  /** What the run has saved; each digest is that of the model's body. */
  models?: { id: string; digest: string }[];
  /** Where the verdict was inherited: the model whose training run compared. */
  inheritedFrom?: { modelId: string; modelDigest: string };
  /** The run came out of an archive while it was under way: what it did before is that archive's word. */
  restored?: true;
  /** True where any dataset or twin that went in is synthetic. */
  synthetic: boolean;
}

/** What was chosen to run the programs, and why every other choice was passed over. */
export interface BackendChoice {
  name: string;
  plugin: { name: string; version: string };
  exact: boolean;
  noise: string;
  /** In which it charges. */
  currency: string;
  passedOver: { name: string; reason: string }[];
}
