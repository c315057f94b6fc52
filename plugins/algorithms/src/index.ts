// Public names.

export { angleReuploading } from "./feature-maps/angle-reuploading.ts";
export { featureMapOf, type FeatureMapChoice } from "./feature-maps/choose.ts";
export type { FeatureMap } from "./feature-maps/feature-map.ts";
export { zzFeatureMap } from "./feature-maps/zz-feature-map.ts";
export { fitPredictor, fitPredictors } from "./fit.ts";
export {
  calibrate,
  crossConformalCoverage,
  intervalAt,
  type Calibration,
  type CalibrationOptions,
} from "./held-out/calibrate.ts";
export { choose, comparisonOf, heldOutOf, type Choice } from "./held-out/choose.ts";
export { crossValidate, type Fold, type HeldOut, type HeldOutFold } from "./held-out/cross-validate.ts";
export { rootMeanSquareError, standardError } from "./held-out/scores.ts";
export { kernelOf, type KernelChoice } from "./kernels/choose.ts";
export type { Kernel, KernelBlock, KernelValues } from "./kernels/kernel.ts";
export { solvePositive } from "./linear/cholesky.ts";
export { adapt, predictPersonal, type PersonalPosterior } from "./personal/adapt.ts";
export { learnOwnKernel } from "./personal/learn-own-kernel.ts";
export type { OwnKernel } from "./personal/own-kernel.ts";
export { pathParameters, type Estimate, type PathParameters } from "./personal/path-parameters.ts";
export { algorithmsPlugin } from "./plugin.ts";
export {
  DEFAULT_FIT,
  isQuantum,
  predict,
  PREDICTORS,
  type FitOptions,
  type FittedBoosting,
  type FittedGaussianProcess,
  type FittedPredictor,
  type GaussianProcessKind,
  type Predicted,
  type PredictorKind,
} from "./predictor.ts";
export { foldsByIndividual, pickLabelled, splitByIndividual, type FeatureRows, type LabelledRows } from "./rows.ts";
export { partOf, type PredictTools, type Tools } from "./tools.ts";
