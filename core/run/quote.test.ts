import fc from "fast-check";
import { expect, test } from "vitest";
import type { Quote } from "../backend.ts";
import { addSpending, checkBudget, nothingSpent } from "./quote.ts";

const quote = (money: number, currency = "USD"): Quote => ({
  money,
  currency,
  seconds: 1,
  qubits: 3,
  depth: 5,
  shots: 100,
});
const spent = (money: number) => ({ ...nothingSpent("USD"), money });
const budget = { money: 10, currency: "USD" };

test("what fits is allowed, up to the last cent", () => {
  checkBudget(spent(4), quote(6), budget);
  checkBudget(spent(10), quote(0), budget);
  checkBudget(spent(0), quote(0), undefined);
});

test("a run without a budget may spend nothing", () => {
  expect(() => checkBudget(spent(0), quote(0.01), undefined)).toThrow(/^budget\.exceeded.*no budget/);
});

test("what exceeds the budget, or pays in another currency, is refused and says so", () => {
  expect(() => checkBudget(spent(4), quote(6.01), budget)).toThrow(/^budget\.exceeded.*10\.01 USD.*10/);
  expect(() => checkBudget(spent(0), quote(1, "EUR"), budget)).toThrow(/^budget\.exceeded.*USD.*EUR/);
  expect(() => checkBudget(spent(0), quote(0.01), { money: 0, currency: "USD" })).toThrow(/^budget\.exceeded/);
});

test("what is free needs no currency", () => {
  checkBudget(spent(0), quote(0, "EUR"), budget);
});

test.each([NaN, -1, Infinity])("a price of %s is the backend's fault, with a budget or without", (money) => {
  for (const limit of [budget, undefined])
    expect(() => checkBudget(spent(20), quote(money), limit)).toThrow(/^backend\.broke-contract/);
});

test("spending adds up, whatever the order; qubits and depth are the largest", () => {
  const quotes = fc.array(
    fc.record({
      money: fc.integer({ min: 0, max: 1000 }),
      shots: fc.nat(1000),
      qubits: fc.nat(30),
      depth: fc.nat(99),
      seconds: fc.constant(1),
      currency: fc.constant("USD"),
    }),
  );
  fc.assert(
    fc.property(quotes, (all) => {
      const total = all.reduce((sum, one) => addSpending(sum, one, 2), nothingSpent("USD"));
      expect(total).toEqual(all.toReversed().reduce((sum, one) => addSpending(sum, one, 2), nothingSpent("USD")));
      expect(total).toEqual({
        programs: all.length,
        evaluations: 2 * all.length,
        shots: all.reduce((sum, { shots }) => sum + shots, 0),
        money: all.reduce((sum, { money }) => sum + money, 0),
        currency: "USD",
        qubits: Math.max(0, ...all.map(({ qubits }) => qubits)),
        depth: Math.max(0, ...all.map(({ depth }) => depth)),
      });
    }),
    { seed: 4 },
  );
});
