export { exposition, CONTENT_TYPE } from "./exposition.ts";
export { METRICS, seriesOf, type MetricName, type Sample } from "./metrics.ts";
export { count, flush, flushSoon, flushWhenDue, observe } from "./isolate.ts";
export type { Batch, MetricsService } from "./recorder.ts";
