// What one isolate has counted and not yet handed over. Counts go over in numbered batches: a batch that is sent again,
// because nobody knows whether it arrived, counts once.

import { factsOf, seriesOf, type MetricName, type Sample } from "./metrics.ts";

export interface Batch {
  isolate: string;
  /** One more than that of the isolate's batch before. */
  sequence: number;
  deltas: Sample[];
}

export interface MetricsService {
  /** Idempotent by isolate and sequence. */
  add(batch: Batch): Promise<void>;
  totals(): Promise<Sample[]>;
}

export const FLUSH_EVERY_MS = 10_000;
/** A request that ends takes what it was sending with it, without a word: after so long the batch is sent again. */
const SENDING_MS = 30_000;

export class Recorder {
  readonly #nowMs: () => number;
  #isolate = "";
  #sequence = 0;
  #sums = new Map<string, number>();
  #unsettled: Batch | undefined;
  #sendingUntilMs = -Infinity;
  #flushedAtMs = -Infinity;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  count(name: MetricName, labels: readonly string[], by = 1): void {
    if (by !== 0) this.#add(seriesOf(name, labels), by);
  }

  observe(name: MetricName, labels: readonly string[], value: number): void {
    const bound = factsOf(name).buckets?.find((limit) => value <= limit);
    this.#add(seriesOf(name, labels, bound === undefined ? "+Inf" : String(bound)), 1);
    this.#add(seriesOf(name, labels, "sum"), value);
  }

  /** How long until the next flush may go; 0 where it may now. */
  pauseMs(): number {
    return Math.max(0, this.#flushedAtMs + FLUSH_EVERY_MS - this.#nowMs());
  }

  /** Rejects where the batch may not have arrived; the next flush sends it again. */
  async flush(to: MetricsService): Promise<void> {
    if (this.#nowMs() < this.#sendingUntilMs) return;
    while (this.#unsettled || this.#sums.size > 0) {
      const batch = (this.#unsettled ??= this.#nextBatch());
      this.#flushedAtMs = this.#nowMs();
      this.#sendingUntilMs = this.#nowMs() + SENDING_MS;
      try {
        await to.add(batch);
        if (this.#unsettled === batch) this.#unsettled = undefined;
      } finally {
        this.#sendingUntilMs = -Infinity;
      }
    }
  }

  #nextBatch(): Batch {
    const deltas = [...this.#sums];
    this.#sums = new Map();
    // Not at the start: an isolate has no random numbers before its first request.
    this.#isolate ||= crypto.randomUUID();
    return { isolate: this.#isolate, sequence: ++this.#sequence, deltas };
  }

  #add(series: string, by: number): void {
    this.#sums.set(series, (this.#sums.get(series) ?? 0) + by);
  }
}
