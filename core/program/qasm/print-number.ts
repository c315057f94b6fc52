// Numbers and angles as OpenQASM text that reads back as exactly the same.

import type { Angle } from "../angle.ts";

const DENOMINATORS = [1, 2, 3, 4, 6, 8, 12, 16, 32, 64, 128, 256];

/** A simple fraction of pi where it is one to the last bit, else the shortest decimal. */
export function numberText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  for (const denominator of value === 0 ? [] : DENOMINATORS) {
    const numerator = Math.round((size * denominator) / Math.PI);
    if (numerator < 1 || numerator > 64 || (numerator * Math.PI) / denominator !== size) continue;
    const times = numerator === 1 ? "pi" : `${numerator}*pi`;
    return `${value < 0 ? "-" : ""}${times}${denominator === 1 ? "" : `/${denominator}`}`;
  }
  return String(value);
}

/** A form linear in parameters, by their names. */
export function angleText({ constant, terms }: Angle, names: readonly string[]): string {
  const parts = terms.map(([parameter, coefficient]) =>
    coefficient === 1 ? names[parameter] : `${numberText(coefficient)}*${names[parameter]}`,
  );
  return terms.length && constant === 0 ? parts.join(" + ") : [numberText(constant), ...parts].join(" + ");
}
