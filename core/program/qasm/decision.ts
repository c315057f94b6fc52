// Conditions on measured bits, and the branches that they become.

import type { Operation } from "../operation.ts";
import { bitsOfNumber, type Decision, type Value } from "./value.ts";

/** Whether measured bits read a number; it may be too large for them, and then they never do. */
export function readsNumber(bits: readonly number[], value: number): Decision {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** bits.length) return { kind: "known", value: false };
  return readsBits(bits, bitsOfNumber(value, bits.length));
}

/** Whether measured bits read known ones, place by place; a bit that is asked for both 0 and 1 reads neither. */
export function readsBits(bits: readonly number[], wanted: readonly (0 | 1)[]): Decision {
  const asked = new Map(bits.map((bit, place) => [bit, wanted[place] ?? 0]));
  const agrees = bits.length === wanted.length && bits.every((bit, place) => asked.get(bit) === wanted[place]);
  return agrees
    ? { kind: "reads", bits: [...asked.keys()], equals: [...asked.values()].join("") }
    : { kind: "known", value: false };
}

/** A value as a decision, where it is or can be one: bits are true where they are not all 0. */
export function decisionOf(value: Value): Decision | undefined {
  if (value.kind === "decision") return value.decision;
  if (value.kind === "truth") return { kind: "known", value: value.value };
  if (value.kind === "number") return { kind: "known", value: value.value !== 0 };
  if (value.kind === "bits") return { kind: "known", value: value.bits.includes(1) };
  return value.kind === "measured" ? not(readsNumber(value.bits, 0)) : undefined;
}

export function not(of: Decision): Decision {
  if (of.kind === "not") return of.of;
  if (of.kind === "known") return { kind: "known", value: !of.value };
  if (of.kind !== "reads" || of.bits.length !== 1) return { kind: "not", of };
  return { ...of, equals: of.equals === "1" ? "0" : "1" };
}

/** The operations that carry out `body` where a decision holds and `otherwise` where not. */
export function branch(
  of: Decision,
  body: readonly Operation[],
  otherwise: readonly Operation[],
): readonly Operation[] {
  if (of.kind === "known") return of.value ? body : otherwise;
  if (of.kind === "not") return branch(of.of, otherwise, body);
  if (of.kind === "both") return branch(of.left, branch(of.right, body, otherwise), otherwise);
  if (of.kind === "either") return branch(of.left, body, branch(of.right, body, otherwise));
  return [{ name: "if", bits: of.bits, equals: of.equals, body, ...(otherwise.length > 0 && { otherwise }) }];
}
