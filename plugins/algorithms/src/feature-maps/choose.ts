// Feature maps by name, as a saved model keeps them.

import { angleReuploading } from "./angle-reuploading.ts";
import type { FeatureMap } from "./feature-map.ts";
import { zzFeatureMap } from "./zz-feature-map.ts";

/** Encodable. Every value is multiplied by `bandwidth` before it becomes an angle: smaller means a smoother kernel. */
export type FeatureMapChoice =
  | { name: "angle-reuploading"; qubits: number; layers: number; bandwidth: number }
  | { name: "zz"; qubits: number; repetitions: number; bandwidth: number };

export const featureMapOf = (choice: FeatureMapChoice): FeatureMap =>
  choice.name === "zz" ? zzFeatureMap(choice) : angleReuploading(choice);
