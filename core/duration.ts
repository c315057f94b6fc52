// Durations of a fixed length, as ISO 8601 writes them: weeks, days, hours, minutes, seconds. Months and years have none.

const DURATION =
  /^P(?=.)(?:(\d{1,6})W|(?:(\d{1,6})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6}(?:\.\d{1,3})?)S)?)?)$/;
const MS = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1_000];

/** Milliseconds of `PT1H`, `P90D`, `PT0.5S`; undefined where it is no such duration, or none at all. */
export function durationMs(text: string): number | undefined {
  const found = DURATION.exec(text);
  if (!found) return undefined;
  const ms = MS.reduce((sum, each, index) => sum + Math.round(each * Number(found[index + 1] ?? 0)), 0);
  return ms > 0 ? ms : undefined;
}
