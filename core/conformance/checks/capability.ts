// Checks of a capability, in the order in which they build on one another.

import type { Check } from "../check.ts";
import { ANSWER_CHECKS } from "./answer.ts";
import { MODEL_CHECKS } from "./models.ts";
import { QUESTION_CHECKS } from "./question.ts";
import { REPEAT_CHECKS } from "./repeat.ts";

export const CAPABILITY_CHECKS: readonly Check<"capability">[] = [
  ...QUESTION_CHECKS,
  ...ANSWER_CHECKS,
  ...REPEAT_CHECKS,
  ...MODEL_CHECKS,
];
