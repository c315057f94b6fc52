// Kernels by name, as a saved model keeps them.

import type { FeatureMapChoice } from "../feature-maps/choose.ts";
import { fidelityKernel } from "./fidelity.ts";
import type { Kernel } from "./kernel.ts";
import { projectedKernel } from "./projected.ts";
import { stationaryKernel, type StationaryShape } from "./stationary.ts";

/** Encodable. Kernels have unit variance: their amplitude belongs to the Gaussian process. */
export type KernelChoice =
  | { kind: StationaryShape }
  | { kind: "fidelity"; map: FeatureMapChoice }
  | { kind: "projected"; map: FeatureMapChoice; shape: StationaryShape };

export function kernelOf(choice: KernelChoice): Kernel {
  if (choice.kind === "fidelity") return fidelityKernel(choice.map);
  if (choice.kind === "projected") return projectedKernel(choice.map, choice.shape);
  return stationaryKernel(choice.kind);
}
