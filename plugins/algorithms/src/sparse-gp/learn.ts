// Hyperparameters by the largest bound.

import { refuse } from "@eigentwin/core";
import { kernelOf, type KernelChoice } from "../kernels/choose.ts";
import { maximise } from "../linear/maximise.ts";
import type { Matrix } from "../linear/matrix.ts";
import type { Pace, Tools } from "../tools.ts";
import { boundOf, type Hyperparameters } from "./bound.ts";

export interface LearnRequest {
  kernel: KernelChoice;
  /** Both prepared for the kernel. */
  inducing: Matrix;
  rows: Matrix;
  /** Centred, of about unit variance. */
  targets: Float64Array;
  startLengthscale: number;
  steps: number;
}

export interface Learned {
  hyperparameters: Hyperparameters;
  bound: number;
}

/** In units of the standardised target: the start assumes that most of it can be explained. */
const START = { variance: 1, noiseVariance: 0.1 };
/** A gain in log evidence that changes no prediction. */
const TOLERANCE = 0.02;
/** In log units: a factor of 4.5. */
const LONGEST_MOVE = 1.5;

export async function learn(request: LearnRequest, backend: Tools["backend"], pace: Pace): Promise<Learned> {
  const { inducing, rows, targets, steps } = request;
  const kernel = kernelOf(request.kernel);
  const uu = await kernel.block(inducing, inducing, backend);
  const ux = await kernel.block(inducing, rows, backend);
  const bound = boundOf({ uu, ux, targets });
  const start = new Float64Array(2 + ux.parameters).fill(Math.log(request.startLengthscale));
  start.set([Math.log(START.variance), Math.log(START.noiseVariance)]);
  let evaluations = 0;
  const objective = async (at: Hyperparameters) => {
    evaluations += 1;
    const slope = bound(at);
    await pace(operationsOf(inducing.rows, ux.parameters > 0 ? rows.rows : 0), Math.min(1, evaluations / (steps + 5)));
    return slope;
  };
  const best = await maximise(objective, { start, steps, tolerance: TOLERANCE, longestMove: LONGEST_MOVE });
  if (!best) return refuse("capability.refused", "the kernel matrix of the inducing points is not positive");
  return { hyperparameters: best.at, bound: best.value };
}

/** Products with the rows, kernel values (about 40 multiply-adds each), and a dozen products among inducing points. */
const operationsOf = (inducing: number, rows: number): number =>
  inducing * rows * (1.5 * inducing + 80) + 8 * inducing ** 3;
