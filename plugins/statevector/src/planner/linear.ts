// Angles as linear expressions of parameters, and how they add up.

import type { Angle } from "@eigentwin/core";

export const ZERO: Angle = { constant: 0, terms: [] };

export const constant = (radians: number): Angle => ({ constant: radians, terms: [] });

/** a + factor b */
export function plus(a: Angle, b: Angle, factor = 1): Angle {
  if (b.terms.length === 0) return { constant: a.constant + factor * b.constant, terms: a.terms };
  const terms = new Map(a.terms.map(([parameter, coefficient]) => [parameter, coefficient]));
  for (const [parameter, coefficient] of b.terms)
    terms.set(parameter, (terms.get(parameter) ?? 0) + factor * coefficient);
  return {
    constant: a.constant + factor * b.constant,
    terms: [...terms].filter(([, coefficient]) => coefficient !== 0),
  };
}

export const times = (a: Angle, factor: number): Angle => plus(ZERO, a, factor);

export const isZero = ({ constant, terms }: Angle): boolean => constant === 0 && terms.length === 0;

/** A whole number of half turns, or undefined for any other angle. */
export function halfTurns({ constant, terms }: Angle): number | undefined {
  const turns = constant / Math.PI;
  return terms.length === 0 && Number.isInteger(turns) ? turns : undefined;
}
