// A journalled part of a training: after a crash, what was finished is taken from the journal and not computed again.

import type { Tools } from "@eigentwin/algorithms";
import type { Grant, Program } from "@eigentwin/core";

export interface Part {
  /** Said before each note of progress: `own-history, fold 3 of 5`. */
  title: string;
  /** The share of the whole run that it fills. */
  from: number;
  to: number;
}

/** `grant` is a scope of the part's own; what `work` returns is encodable. */
export async function journalled<T>(grant: Grant, part: Part, work: (tools: Tools) => Promise<T>): Promise<T> {
  const asked: Program[] = [];
  let isNew = false;
  const tools: Tools = {
    random: grant.random,
    progress: (fraction, note) =>
      grant.progress(part.from + fraction * (part.to - part.from), `${part.title}: ${note}`),
    backend: {
      run(program) {
        asked.push(program);
        return grant.backend.run(program);
      },
    },
  };
  const kept = await grant.step("part", async () => {
    isNew = true;
    return { value: await work(tools), asked };
  });
  // The journal lets nothing new pass until all that it holds was asked for again, also the programs of finished parts.
  if (!isNew) for (const program of kept.asked) await grant.backend.run(program);
  return kept.value;
}
