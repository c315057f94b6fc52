// Checks of a backend, in the order in which they build on one another.

import type { Check } from "../check.ts";
import { ANNEAL_CHECKS } from "./anneal.ts";
import { RESULT_CHECKS } from "./backend-results.ts";
import { TERMS_CHECKS } from "./backend-terms.ts";

export const BACKEND_CHECKS: readonly Check<"backend">[] = [...RESULT_CHECKS, ...ANNEAL_CHECKS, ...TERMS_CHECKS];
