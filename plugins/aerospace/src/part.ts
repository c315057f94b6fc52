// A journalled part of a training: after a crash, what was finished is taken from the journal and not computed again.

import type { Tools } from "@eigentwin/algorithms";
import type { Grant } from "@eigentwin/core";

export interface Part {
  /** Names the step and is said before each note of progress: `own-history, fold 3 of 5`. */
  title: string;
  /** The share of the whole run that it fills. */
  from: number;
  to: number;
}

/** What `work` returns is encodable. */
export function journalled<T>(grant: Grant, part: Part, work: (tools: Tools) => Promise<T>): Promise<T> {
  return grant.step(part.title, (inside) =>
    work({
      backend: inside.backend,
      random: inside.random,
      progress: (fraction, note) =>
        inside.progress(part.from + fraction * (part.to - part.from), `${part.title}: ${note}`),
    }),
  );
}
