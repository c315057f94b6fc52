// How long points are kept, as their type declares it.

import { durationMs, type KeptStream } from "@eigentwin/core";

export const retentionOf = ({ retention }: KeptStream): number | undefined =>
  retention === undefined ? undefined : durationMs(retention);

/** By the name that the points are stored under. */
export const retentionsOf = (streams: Record<string, KeptStream>): Map<string, number> =>
  new Map(
    Object.entries(streams).flatMap(([name, type]) => {
      const ms = retentionOf(type);
      return ms === undefined ? [] : [[type.storedAs ?? name, ms] as const];
    }),
  );
