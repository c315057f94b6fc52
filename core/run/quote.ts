// What a run may spend: each program is quoted before it is sent, and nothing is sent that the budget does not cover.

import type { Quote } from "../backend.ts";
import { refuse } from "../failure.ts";

export interface Budget {
  money: number;
  currency: string;
}

/** What a run has executed so far. Answers taken from the journal are not counted again. */
export interface Spending {
  programs: number;
  /** Circuit evaluations: rows of all batches, pairs for overlaps; reads of anneal programs. */
  evaluations: number;
  shots: number;
  money: number;
  currency: string;
  /** Largest circuit sent. */
  qubits: number;
  depth: number;
}

export const nothingSpent = (currency: string): Spending => ({
  programs: 0,
  evaluations: 0,
  shots: 0,
  money: 0,
  currency,
  qubits: 0,
  depth: 0,
});

/** A run without a budget may spend nothing: what the platform chooses must not cost what the caller did not allow. */
export function checkBudget(spent: Spending, next: Quote, budget: Budget | undefined): void {
  if (!Number.isFinite(next.money) || next.money < 0)
    refuse("backend.broke-contract", `the backend quoted ${next.money} ${next.currency}`);
  const needed = spent.money + next.money;
  if (needed === 0) return;
  if (budget && next.currency !== budget.currency)
    refuse("budget.exceeded", `the budget is in ${budget.currency}, the backend charges ${next.currency}`);
  const allowed = budget ? `its budget is ${budget.money}` : "it has no budget";
  if (needed > (budget?.money ?? 0))
    refuse("budget.exceeded", `the next program would bring the run to ${needed} ${next.currency}, ${allowed}`, {
      hint: "Give the run a budget that covers it, or name a cheaper backend. Nothing was spent on this program.",
    });
}

export function addSpending(spent: Spending, quote: Quote, evaluations: number): Spending {
  return {
    programs: spent.programs + 1,
    evaluations: spent.evaluations + evaluations,
    shots: spent.shots + quote.shots,
    money: spent.money + quote.money,
    currency: quote.currency,
    qubits: Math.max(spent.qubits, quote.qubits),
    depth: Math.max(spent.depth, quote.depth),
  };
}
