// Angles as linear forms of named parameters.

/** `constant + sum of coefficient * parameter`, in radians; parameters by position in `Circuit.parameters`. */
export interface Angle {
  readonly constant: number;
  readonly terms: readonly (readonly [parameter: number, coefficient: number])[];
}

export const constantAngle = (constant: number): Angle => ({ constant, terms: [] });

/** Radians of an angle for one row of parameters. */
export function angleAt(angle: Angle, parameters: ArrayLike<number>): number {
  let radians = angle.constant;
  for (const [parameter, coefficient] of angle.terms) radians += coefficient * (parameters[parameter] ?? Number.NaN);
  return radians;
}

export const scaleAngle = ({ constant, terms }: Angle, factor: number): Angle => ({
  constant: factor * constant,
  terms: terms.map(([parameter, coefficient]) => [parameter, factor * coefficient]),
});

export const negateAngle = ({ constant, terms }: Angle): Angle => ({
  constant: -constant,
  terms: terms.map(([parameter, coefficient]) => [parameter, -coefficient]),
});

/** The sum, each parameter once, in the order in which they come up; what cancels is left out. */
export function addAngles(...angles: readonly Angle[]): Angle {
  const coefficients = new Map<number, number>();
  let constant = 0;
  for (const angle of angles) {
    constant += angle.constant;
    for (const [parameter, coefficient] of angle.terms)
      coefficients.set(parameter, (coefficients.get(parameter) ?? 0) + coefficient);
  }
  return { constant, terms: [...coefficients].filter(([, coefficient]) => coefficient !== 0) };
}

export const isConstant = ({ terms }: Angle): boolean => terms.every(([, coefficient]) => coefficient === 0);
