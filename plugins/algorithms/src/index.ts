// Public names.

export { calibrate, crossConformalCoverage, intervalAt, type Calibration, type CalibrationOptions } from "./held-out/calibrate.ts";
export { crossValidate, type Fold, type HeldOut } from "./held-out/cross-validate.ts";
export { individualLosses, rootMeanSquareError } from "./held-out/scores.ts";
export { adapt, learnOwnKernel, predictPersonal, type OwnKernel, type PersonalPosterior } from "./personal/adapt.ts";
export { pathParameters, type Estimate, type PathParameters } from "./personal/path-parameters.ts";
export { algorithmsPlugin } from "./plugin.ts";
export {
  DEFAULT_FIT,
  fitPredictor,
  fitPredictors,
  isQuantum,
  predict,
  PREDICTORS,
  type FitOptions,
  type FittedPredictor,
  type Predicted,
  type PredictorKind,
} from "./predictor.ts";
export { foldsByIndividual, pickLabelled, splitByIndividual, type FeatureRows, type LabelledRows } from "./rows.ts";
export { partOf, type PredictTools, type Tools } from "./tools.ts";
