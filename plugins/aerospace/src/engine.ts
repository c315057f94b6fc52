// The engine twin: a turbofan and the channels of a C-MAPSS record (Saxena, Goebel, Simon and Eklund, PHM 2008, table 2).

import * as v from "valibot";
import type { StreamType, TwinType } from "@eigentwin/core";

/** In the column order of a C-MAPSS file, after engine and cycle. Units are UCUM codes; `1` where the source gives none. */
export const CHANNELS = {
  altitude: { title: "Operating setting 1: altitude", unit: "1" },
  mach: { title: "Operating setting 2: Mach number", unit: "1" },
  throttle: { title: "Operating setting 3: throttle resolver angle", unit: "1" },
  T2: { title: "Total temperature at fan inlet", unit: "[degR]" },
  T24: { title: "Total temperature at LPC outlet", unit: "[degR]" },
  T30: { title: "Total temperature at HPC outlet", unit: "[degR]" },
  T50: { title: "Total temperature at LPT outlet", unit: "[degR]" },
  P2: { title: "Pressure at fan inlet", unit: "[psi]" },
  P15: { title: "Total pressure in bypass duct", unit: "[psi]" },
  P30: { title: "Total pressure at HPC outlet", unit: "[psi]" },
  Nf: { title: "Physical fan speed", unit: "{rpm}" },
  Nc: { title: "Physical core speed", unit: "{rpm}" },
  epr: { title: "Engine pressure ratio (P50/P2)", unit: "1" },
  Ps30: { title: "Static pressure at HPC outlet", unit: "[psi]" },
  phi: { title: "Ratio of fuel flow to Ps30", unit: "{pps/psi}" },
  NRf: { title: "Corrected fan speed", unit: "{rpm}" },
  NRc: { title: "Corrected core speed", unit: "{rpm}" },
  BPR: { title: "Bypass ratio", unit: "1" },
  farB: { title: "Burner fuel-air ratio", unit: "1" },
  htBleed: { title: "Bleed enthalpy", unit: "1" },
  Nf_dmd: { title: "Demanded fan speed", unit: "{rpm}" },
  PCNfR_dmd: { title: "Demanded corrected fan speed", unit: "{rpm}" },
  W31: { title: "HPT coolant bleed", unit: "[lb_av]/s" },
  W32: { title: "LPT coolant bleed", unit: "[lb_av]/s" },
} as const satisfies Record<string, StreamType>;

export type Channel = keyof typeof CHANNELS;
export const channelNames = Object.keys(CHANNELS) as Channel[];

/** The stream that counts flight cycles since the engine was new. */
export const CYCLE = "cycle";

export const engineType: TwinType = {
  id: "aerospace.engine@1",
  title: "Turbofan engine",
  properties: v.object({
    serialNumber: v.optional(v.string()),
    model: v.optional(v.string()),
  }),
  indexed: ["serialNumber", "model"],
  streams: { [CYCLE]: { title: "Flight cycles since new", unit: "{cycle}" }, ...CHANNELS },
  links: {},
};
