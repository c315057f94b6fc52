// Units by their UCUM codes, as far as one converts into another by a factor and, for temperatures, an offset. The figures
// are those of the International System of Units (BIPM, 9th edition) and of the UCUM specification; what is defined
// exactly is an exact fraction here.

/** A unit is `(numerator * value + offset) / denominator` in the units that its dimension is made of. */
interface Unit {
  numerator: number;
  denominator: number;
  offset: number;
  /** Exponents, zero ones left out. */
  dimension: ReadonlyMap<string, number>;
}

const PREFIXES: Readonly<Record<string, number>> = {
  T: 12,
  G: 9,
  M: 6,
  k: 3,
  h: 2,
  da: 1,
  d: -1,
  c: -2,
  m: -3,
  u: -6,
  n: -9,
  p: -12,
  f: -15,
};

type Definition = [dimension: string, numerator: number, denominator?: number, offset?: number];

/** Those that take a prefix. */
const METRIC: Readonly<Record<string, Definition>> = {
  m: ["m", 1],
  g: ["kg", 1, 1000],
  s: ["s", 1],
  K: ["K", 1],
  A: ["A", 1],
  mol: ["mol", 1],
  cd: ["cd", 1],
  rad: ["rad", 1],
  Hz: ["s-1", 1],
  N: ["kg m s-2", 1],
  Pa: ["kg m-1 s-2", 1],
  bar: ["kg m-1 s-2", 100_000],
  J: ["kg m2 s-2", 1],
  W: ["kg m2 s-3", 1],
  eV: ["kg m2 s-2", 1.602_176_634e-19],
  V: ["kg m2 s-3 A-1", 1],
  C: ["s A", 1],
  Ohm: ["kg m2 s-3 A-2", 1],
  L: ["m3", 1, 1000],
  l: ["m3", 1, 1000],
  t: ["kg", 1000],
};

const OTHERS: Readonly<Record<string, Definition>> = {
  "1": ["", 1],
  "%": ["", 1, 100],
  "[ppm]": ["", 1, 1_000_000],
  min: ["s", 60],
  h: ["s", 3600],
  d: ["s", 86_400],
  wk: ["s", 604_800],
  Cel: ["K", 100, 100, 27_315],
  "[degF]": ["K", 500, 900, 229_835],
  "[degR]": ["K", 5, 9],
  "[degRe]": ["K", 125, 100, 27_315],
  deg: ["rad", Math.PI, 180],
  circ: ["rad", 2 * Math.PI],
  "[in_i]": ["m", 254, 10_000],
  "[ft_i]": ["m", 3048, 10_000],
  "[yd_i]": ["m", 9144, 10_000],
  "[mi_i]": ["m", 1_609_344, 1000],
  "[nmi_i]": ["m", 1852],
  "[kn_i]": ["m s-1", 1852, 3600],
  "[lb_av]": ["kg", 45_359_237, 100_000_000],
  "[oz_av]": ["kg", 45_359_237, 1_600_000_000],
  "[lbf_av]": ["kg m s-2", 44_482_216_152_605, 10_000_000_000_000],
  "[psi]": ["kg m-1 s-2", 44_482_216_152_605, 6_451_600_000],
  atm: ["kg m-1 s-2", 101_325],
  "m[Hg]": ["kg m-1 s-2", 133_322_387, 1000],
  "mm[Hg]": ["kg m-1 s-2", 133_322_387, 1_000_000],
  "[HP]": ["kg m2 s-3", 550 * 4_448_221_615_260.5 * 3048, 10_000_000_000_000_000],
};

const dimensionOf = (text: string): Map<string, number> =>
  new Map(
    (text.match(/[A-Za-z]+(?:-?\d)?/g) ?? []).map((factor) => {
      const [, base = "", exponent = "1"] = /^([A-Za-z]+)(-?\d)?$/.exec(factor) ?? [];
      return [base, Number(exponent)];
    }),
  );

const defined = ([dimension, numerator, denominator = 1, offset = 0]: Definition): Unit => ({
  numerator,
  denominator,
  offset,
  dimension: dimensionOf(dimension),
});

function atomOf(code: string): Unit | undefined {
  // What is counted converts into nothing but itself.
  if (/^\{[^{}]+\}$/.test(code)) return { numerator: 1, denominator: 1, offset: 0, dimension: new Map([[code, 1]]) };
  const own = Object.hasOwn(OTHERS, code) ? OTHERS[code] : Object.hasOwn(METRIC, code) ? METRIC[code] : undefined;
  if (own) return defined(own);
  for (const [prefix, power] of Object.entries(PREFIXES)) {
    const base = code.slice(prefix.length);
    const definition = code.startsWith(prefix) && Object.hasOwn(METRIC, base) ? METRIC[base] : undefined;
    if (!definition) continue;
    const unit = defined(definition);
    return power > 0
      ? { ...unit, numerator: unit.numerator * 10 ** power }
      : { ...unit, denominator: unit.denominator * 10 ** -power };
  }
  return undefined;
}

function unitOf(code: string): Unit | undefined {
  const parts = code.match(/[./]?(?:\{[^{}]*\}|\[[^[\]]*\]|[^./{}[\]])+/g);
  if (!parts || parts.join("") !== code) return undefined;
  let whole: Unit | undefined;
  for (const part of parts) {
    const [, operator = "", rest = ""] = /^([./]?)(.+)$/.exec(part) ?? [];
    const [, name = "", power = "1"] = /^(.+?)([+-]?[1-9])?$/.exec(rest) ?? [];
    const atom = rest === "1" ? atomOf("1") : (atomOf(rest) ?? atomOf(name));
    if (!atom) return undefined;
    const exponent = (operator === "/" ? -1 : 1) * (rest === "1" || atomOf(rest) ? 1 : Number(power));
    // A temperature with its own zero stands alone, or it means a difference.
    if (atom.offset !== 0 && (parts.length > 1 || exponent !== 1)) return undefined;
    whole = times(whole, atom, exponent);
  }
  return whole;
}

function times(before: Unit | undefined, atom: Unit, exponent: number): Unit {
  const [up, down] = exponent > 0 ? [atom.numerator, atom.denominator] : [atom.denominator, atom.numerator];
  const dimension = new Map(before?.dimension);
  for (const [base, own] of atom.dimension) {
    const sum = (dimension.get(base) ?? 0) + own * exponent;
    if (sum === 0) dimension.delete(base);
    else dimension.set(base, sum);
  }
  const power = Math.abs(exponent);
  return {
    numerator: (before?.numerator ?? 1) * up ** power,
    denominator: (before?.denominator ?? 1) * down ** power,
    offset: atom.offset,
    dimension,
  };
}

/** Turns values of one unit into another; undefined where a unit is not known here, or they measure different things. */
export function conversion(from: string, to: string): ((value: number) => number) | undefined {
  if (from === to) return (value) => value;
  const [a, b] = [unitOf(from), unitOf(to)];
  if (!a || !b || a.dimension.size !== b.dimension.size) return undefined;
  for (const [base, exponent] of a.dimension) if (b.dimension.get(base) !== exponent) return undefined;
  const [up, down] = reduced(a.numerator * b.denominator, a.denominator * b.numerator);
  if (a.offset === 0 && b.offset === 0)
    return down === 1 ? (value) => value * up : up === 1 ? (value) => value / down : (value) => (value * up) / down;
  // One division at the end: fewer roundings than by way of the base unit.
  return (value) =>
    ((a.numerator * value + a.offset) * b.denominator - b.offset * a.denominator) / (a.denominator * b.numerator);
}

/** Small whole numbers are exact, so they are divided by what they share. */
function reduced(up: number, down: number): [number, number] {
  if (!Number.isSafeInteger(up) || !Number.isSafeInteger(down)) return [up / down, 1];
  let [a, b] = [up, down];
  while (b !== 0) [a, b] = [b, a % b];
  return [up / a, down / a];
}
