// Values of options: a declared name with a value of the wrong kind is refused, with the name and what it may be.

import { refuse, type AnnealOption } from "@eigentwin/core";

export type Options = Readonly<Record<string, AnnealOption>>;

interface Range {
  least: number;
  most: number;
}

export function wholeOption(options: Options, name: string, usual: number, { least, most }: Range): number {
  const { [name]: value = usual } = options;
  return typeof value === "number" && Number.isInteger(value) && value >= least && value <= most
    ? value
    : wrong(name, `must be a whole number from ${least} to ${most}`);
}

/** Nothing where it is not given. */
export function positiveOption(options: Options, name: string): number | undefined {
  const { [name]: value } = options;
  return value === undefined || (typeof value === "number" && Number.isFinite(value) && value > 0)
    ? value
    : wrong(name, "must be a finite number above 0");
}

const wrong = (name: string, why: string): never =>
  refuse("program.invalid", `option "${name}" ${why}`, { at: `/options/${name}` });
