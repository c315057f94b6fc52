// A process of its own for the workloads: sides.ts starts it with another flag of V8.

import { runnerInNode, type Question } from "./sides.ts";

const run = runnerInNode();

process.on("message", (question: Question) => {
  run(question).then(
    (value) => process.send?.(value),
    (error: unknown) => process.send?.(String(error)),
  );
});
