// The package's own API. A refusal is thrown (`Refusal` of core).

import type { AnnealProgram, AnnealResult } from "@eigentwin/core";
import { annealIn, openSession } from "./anneal.ts";
import { instancesIn } from "./memory.ts";
import type { Method } from "./methods.ts";
import type { Watch } from "./pace.ts";
import { planOf } from "./plan.ts";

export interface Annealer {
  /** A program without a seed is read with seed 0. Cancelled by the signal, it refuses. */
  run(program: AnnealProgram, method: Method, watch?: Watch): Promise<AnnealResult>;
}

export function loadAnnealer(module: WebAssembly.Module): Annealer {
  const borrow = instancesIn(module);
  return {
    run: async (program, method, watch = {}) => {
      const plan = planOf(program, method);
      return borrow(plan.regions.end, (kernels) => annealIn(openSession(kernels, plan, watch), plan.program.seed ?? 0));
    },
  };
}
