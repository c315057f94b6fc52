// Who has been refused too often lately, by where they call from: counted in this isolate, and forgotten soon.

const MOST_REFUSALS = 30;
const FOR_MS = 60_000;
const MOST_COUNTED = 10_000;

const refusals = new Map<string, { count: number; untilMs: number }>();

/** Seconds to wait; undefined where nothing speaks against another look. */
export function mustWaitSeconds(name: string, nowMs: number): number | undefined {
  const found = refusals.get(name);
  if (!found || found.untilMs <= nowMs || found.count < MOST_REFUSALS) return undefined;
  return Math.ceil((found.untilMs - nowMs) / 1000);
}

export function noteRefusal(name: string, nowMs: number): void {
  const found = refusals.get(name);
  if (found && found.untilMs > nowMs) found.count += 1;
  else {
    if (refusals.size >= MOST_COUNTED) refusals.clear();
    refusals.set(name, { count: 1, untilMs: nowMs + FOR_MS });
  }
}
