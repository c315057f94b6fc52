// Conversions against their definitions: exact where the definition is.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conversion } from "./units.ts";

test.each([
  ["Cel", "K", 26.85, 300],
  ["K", "Cel", 300, 26.85],
  ["[degF]", "Cel", 212, 100],
  ["[degF]", "Cel", -40, -40],
  ["Cel", "[degF]", 37, 98.6],
  ["K", "[degR]", 288.15, 518.67],
  ["[degF]", "[degR]", 59, 518.67],
  ["[degR]", "[degF]", 518.67, 59],
  ["kPa", "Pa", 1, 1000],
  ["bar", "kPa", 1, 100],
  ["atm", "kPa", 1, 101.325],
  ["[in_i]", "mm", 1, 25.4],
  ["[ft_i]", "m", 1, 0.3048],
  ["km/h", "m/s", 36, 10],
  ["[kn_i]", "km/h", 1, 1.852],
  ["[lb_av]", "kg", 1, 0.45359237],
  ["[lbf_av]", "N", 1, 4.4482216152605],
  ["h", "min", 2, 120],
  ["d", "s", 1, 86_400],
  ["kW.h", "MJ", 1, 3.6],
  ["L", "dm3", 5, 5],
  ["g/cm3", "kg/m3", 1, 1000],
  ["N.m", "J", 3, 3],
  ["N/m2", "Pa", 3, 3],
  ["m.s-2", "cm/s2", 1, 100],
  ["/min", "Hz", 120, 2],
  ["%", "1", 50, 0.5],
  ["deg", "rad", 180, Math.PI],
])("%s to %s: %d is %d", (from, to, value, expected) => expect(conversion(from, to)?.(value)).toBe(expected));

test("the pound a square inch is that of its definition", () => {
  expect(conversion("[psi]", "Pa")?.(1)).toBeCloseTo(4.4482216152605 / 0.0254 ** 2, 9);
  expect(conversion("[psi]", "[lbf_av]/[in_i]2")?.(1)).toBeCloseTo(1, 14);
  expect(conversion("[HP]", "W")?.(1)).toBeCloseTo(745.699871582, 8);
});

test.each([
  ["K", "Pa"],
  ["{cycle}", "1"],
  ["{cycle}", "{rpm}"],
  ["Cel/s", "K/s"],
  ["furlong", "m"],
  ["constructor", "m"],
  ["", "1"],
  ["m//s", "m/s"],
  ["dB", "1"],
  ["m2", "m"],
])("%s does not become %s", (from, to) => expect(conversion(from, to)).toBeUndefined());

describe("every known conversion", () => {
  const families = [
    ["K", "Cel", "[degF]", "[degR]", "[degRe]"],
    ["Pa", "kPa", "bar", "[psi]", "atm", "mm[Hg]", "hPa"],
    ["m", "mm", "km", "[in_i]", "[ft_i]", "[mi_i]", "[nmi_i]"],
    ["m/s", "km/h", "[kn_i]", "[ft_i]/min"],
    ["s", "min", "h", "d", "ms"],
  ];
  const pair = fc
    .constantFrom(...families)
    .chain((family) => fc.tuple(fc.constantFrom(...family), fc.constantFrom(...family)));
  test("comes back to where it began, up to rounding", () => {
    fc.assert(
      fc.property(pair, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
        const there = conversion(from, to)?.(value) ?? Number.NaN;
        const back = conversion(to, from)?.(there) ?? Number.NaN;
        expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-12 * Math.max(1000, Math.abs(value)));
      }),
    );
  });
});
