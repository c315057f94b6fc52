// The recorder of this isolate. Isolates come and go, so what it holds is handed over often.

import { warnOf } from "@eigentwin/logging";
import type { MetricName } from "./metrics.ts";
import { Recorder, type MetricsService } from "./recorder.ts";

const recorder = new Recorder();

export const count = (name: MetricName, labels: readonly string[], by?: number): void =>
  recorder.count(name, labels, by);
export const observe = (name: MetricName, labels: readonly string[], value: number): void =>
  recorder.observe(name, labels, value);

/** Never rejects: what did not go over goes with the next flush. */
export const flush = (to: MetricsService): Promise<void> => recorder.flush(to).catch(warnOf("metrics not flushed yet"));

/** For an object, which a timer would keep in memory: nothing happens where the last flush was a moment ago. */
export const flushWhenDue = async (to: MetricsService): Promise<void> => {
  if (recorder.pauseMs() === 0) await flush(to);
};

let scheduledUntilMs = -Infinity;

/** For a request: flushes by `waitUntil`, now or when the pause is over; one of many requests does it for all. */
export function flushSoon(to: MetricsService, waitUntil: (work: Promise<void>) => void): void {
  const now = Date.now();
  if (now < scheduledUntilMs) return;
  const pauseMs = recorder.pauseMs();
  scheduledUntilMs = now + pauseMs + 1;
  waitUntil(new Promise((resolve) => setTimeout(resolve, pauseMs)).then(() => flush(to)));
}
