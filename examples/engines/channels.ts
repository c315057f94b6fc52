// The 21 measured channels of a synthetic turbofan at sea level, in the order of a C-MAPSS file.
//
// A channel reads `at + byEfficiency · e + byFlow · f + noise`: a linear map about the operating point, where e and f
// are the used-up shares (0 new, 1 failed) of the compressor's efficiency and flow margins. The operating point is that
// of a 90,000 lbf class engine on a standard day, rounded; the sensitivities are ours, chosen by the physics beside them
// and not fitted to any engine.

export interface Channel {
  name: string;
  unit: string;
  /** Reading of an unworn engine. */
  at: number;
  byEfficiency: number;
  byFlow: number;
  /** Standard deviation of one reading. */
  noise: number;
  /** Decimals in the file. */
  digits: number;
}

type Row = readonly [
  name: string,
  unit: string,
  at: number,
  byEfficiency: number,
  byFlow: number,
  noise: number,
  digits: number,
];

const ROWS: readonly Row[] = [
  ["T2", "degR", 518.67, 0, 0, 0, 2], // inlet: the standard day
  ["T24", "degR", 642.0, 1.0, 0.5, 0.4, 2], // the fan works against more back pressure
  ["T30", "degR", 1586.0, 11, 5, 5, 2], // a less efficient compressor heats its air more
  ["T50", "degR", 1402.0, 22, 10, 5.5, 2], // more fuel for the same thrust
  ["P2", "psia", 14.62, 0, 0, 0, 2],
  ["P15", "psia", 21.61, 0, 0, 0.002, 2],
  ["P30", "psia", 554.0, -1.8, -1.1, 0.6, 2], // less pressure rise
  ["Nf", "rpm", 2388.05, 0.12, 0.06, 0.05, 2],
  ["Nc", "rpm", 9050.0, 26, -20, 9, 2], // efficiency loss speeds the core up, flow loss slows it: engines differ in sign
  ["epr", "1", 1.3, 0, 0, 0, 2],
  ["Ps30", "psia", 47.3, 0.6, 0.4, 0.16, 2],
  ["phi", "pps/psi", 522.0, -1.7, -1.0, 0.45, 2],
  ["NRf", "rpm", 2388.05, 0.12, 0.06, 0.05, 2],
  ["NRc", "rpm", 8140.0, 23, -18, 8, 2],
  ["BPR", "1", 8.42, 0.06, 0.04, 0.024, 4], // the core swallows less
  ["farB", "1", 0.03, 0, 0, 0, 2],
  ["htBleed", "1", 392, 3.0, 1.6, 1.2, 0], // hotter bleed air
  ["Nf_dmd", "rpm", 2388, 0, 0, 0, 0],
  ["PCNfR_dmd", "rpm", 100, 0, 0, 0, 2],
  ["W31", "lbm/s", 38.95, -0.35, -0.22, 0.11, 2], // cooling air falls with its source pressure
  ["W32", "lbm/s", 23.37, -0.21, -0.13, 0.065, 4],
];

export const CHANNELS: readonly Channel[] = ROWS.map(([name, unit, at, byEfficiency, byFlow, noise, digits]) => ({
  name,
  unit,
  at,
  byEfficiency,
  byFlow,
  noise,
  digits,
}));
