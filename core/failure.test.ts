import { expect, expectTypeOf, test } from "vitest";
import { ERRORS, type ErrorCode } from "./errors.ts";
import { fail, refuse, Refusal, succeed, unwrap, type Outcome } from "./failure.ts";

const rows = Object.entries(ERRORS);

test.each(rows)("%s: its status says who is to blame", (code, { status, blame, retry }) => {
  expect(code).toMatch(/^[a-z]+\.[a-z-]+$/);
  // The same question again is as wrong as before, unless it only came too soon (429).
  if (blame === "caller") expect([status >= 400 && status < 500, retry]).toEqual([true, status === 429]);
  if (blame === "backend") expect(status).toBeGreaterThanOrEqual(500);
  if (retry && status !== 429) expect(["backend", "platform"]).toContain(blame);
});

test("a failure is plain data: nothing is lost where it crosses a process", () => {
  const outcome = fail("budget.exceeded", "too dear", { hint: "Pay more.", at: "/budget" });
  expect(structuredClone(outcome)).toEqual(outcome);
  expect(outcome.failure).toEqual({ code: "budget.exceeded", message: "too dear", hint: "Pay more.", at: "/budget" });
});

test("what is refused on one side is refused, in full, on the other", () => {
  const refused = () => refuse("run.diverged", "another question", { at: "/|program" });
  expect(refused).toThrow(Refusal);
  try {
    refused();
  } catch (error) {
    const { failure } = error as Refusal;
    expect(() => unwrap({ ok: false, failure })).toThrow(error as Refusal);
    expect(String(error)).toContain("run.diverged: another question");
  }
});

test("a success is unwrapped as it is, also when it is nothing", () => {
  expect(unwrap(succeed(undefined))).toBeUndefined();
  const value = { a: 1 };
  expect(unwrap(succeed(value))).toBe(value);
  expectTypeOf(unwrap<number>).returns.toEqualTypeOf<number>();
  expectTypeOf<"no.such-code">().not.toExtend<ErrorCode>();
  expectTypeOf(fail("run.cancelled", "")).toExtend<Outcome<string>>();
});
