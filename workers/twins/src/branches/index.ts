// The branches of one twin, as its object uses them: made, listed, asked as the twin is, held against it and promoted.

import type { Outcome } from "@eigentwin/core";
import type { TwinOrBranch } from "../contract.ts";
import type { Streams } from "../streams/index.ts";
import type { TwinRecord } from "../twin-record.ts";
import { branchOf } from "./branch.ts";
import { branchNamed, listBranches } from "./branch-record.ts";
import { ON_BRANCHES, type BranchDraft } from "./contract.ts";
import { makeBranch } from "./make.ts";
import { promoteBranch, promotionOf, segmentsUnderBranch, type BranchPromotion } from "./promote.ts";

export function branchesOf(storage: DurableObjectStorage, streams: Streams) {
  const { sql } = storage;
  const named = (name: string): TwinOrBranch => branchOf(storage, streams, name);
  return {
    named,
    make: (draft: BranchDraft) => makeBranch(storage, streams, draft),
    list: (twin: string) => listBranches(sql, twin),
    promotion: (twin: TwinRecord, name: string) => promotionOf(sql, twin, branchNamed(sql, name)),
    segmentsUnder: (name: string) => segmentsUnderBranch(sql, streams, name),
    promote: (twin: TwinRecord, promotion: BranchPromotion) => promoteBranch(storage, streams, twin, promotion),

    async ask(name: string, method: keyof TwinOrBranch, question: readonly unknown[]): Promise<Outcome<unknown>> {
      if (!ON_BRANCHES.includes(method)) throw new Error(`a branch does not answer ${method}`);
      const answer = named(name)[method] as (...asked: readonly unknown[]) => Promise<Outcome<unknown>>;
      return answer(...question);
    },
  };
}
