// When a delivery that failed is tried again: later each time, with jitter, over days.

const FIRST_MS = 2_000;
const FACTOR = 3;
const LONGEST_MS = 12 * 60 * 60_000;

/** Tries of one event before it is given up, where others succeed: about three days. */
export const MOST_ATTEMPTS = 15;
/** So long nothing at all may be delivered before a webhook is paused. */
export const PAUSE_AFTER_MS = 3 * 24 * 60 * 60_000;

/** `random` from 0 to 1: half of the pause is fixed, half is spread. */
export function retryAfterMs(attempts: number, random: number): number {
  const pauseMs = Math.min(LONGEST_MS, FIRST_MS * FACTOR ** (attempts - 1));
  return Math.round(pauseMs * (0.5 + 0.5 * random));
}
