import fc from "fast-check";
import { expect, test } from "vitest";
import { parseExposition } from "../testing/parse.ts";
import { exposition } from "./exposition.ts";
import { METRICS, seriesOf, type Sample } from "./metrics.ts";
import { Recorder, type Batch } from "./recorder.ts";

/** Adds up as the store does: a batch counts once. */
function store() {
  const totals = new Map<string, number>();
  const last = new Map<string, number>();
  return {
    totals,
    async add({ isolate, sequence, deltas }: Batch) {
      if (sequence <= (last.get(isolate) ?? 0)) return;
      last.set(isolate, sequence);
      for (const [series, value] of deltas) totals.set(series, (totals.get(series) ?? 0) + value);
    },
    totalsNow: () => [...totals] as Sample[],
  };
}

test("whatever labels say, a strict reader reads back what was counted", async () => {
  const label = fc.string({ unit: "binary" });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(label, label, fc.integer({ min: 1, max: 1e9 })), { maxLength: 8 }),
      fc.array(fc.tuple(label, fc.double({ min: 0, max: 100, noNaN: true })), { maxLength: 20 }),
      async (ended, taken) => {
        const recorder = new Recorder();
        for (const [capability, state, by] of ended)
          recorder.count("eigentwin_runs_ended_total", [capability, state], by);
        for (const [route, seconds] of taken) recorder.observe("eigentwin_request_seconds", [route], seconds);
        const kept = store();
        await recorder.flush({ ...kept, totals: async () => [] });
        const text = exposition(kept.totalsNow());
        const families = text === "" ? new Map() : parseExposition(text);
        const counted = (families.get("eigentwin_runs_ended_total")?.samples ?? []) as { value: number }[];
        expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(ended.reduce((sum, [, , by]) => sum + by, 0));
        const times = (families.get("eigentwin_request_seconds")?.samples ?? []) as { name: string; value: number }[];
        const total = times.filter(({ name }) => name.endsWith("_count")).reduce((sum, { value }) => sum + value, 0);
        expect(total).toBe(taken.length);
      },
    ),
  );
});

test("a histogram: each bucket holds those below it", () => {
  const recorder = [0.004, 0.02, 0.02, 70].reduce((kept, seconds) => {
    kept.observe("eigentwin_request_seconds", ["/v1/runs"], seconds);
    return kept;
  }, new Recorder());
  const samples: Sample[] = [];
  void recorder.flush({ add: async ({ deltas }) => void samples.push(...deltas), totals: async () => [] });
  const text = exposition(samples);
  expect(text).toContain(`eigentwin_request_seconds_bucket{route="/v1/runs",le="0.005"} 1\n`);
  expect(text).toContain(`eigentwin_request_seconds_bucket{route="/v1/runs",le="0.025"} 3\n`);
  expect(text).toContain(`eigentwin_request_seconds_bucket{route="/v1/runs",le="60"} 3\n`);
  expect(text).toContain(`eigentwin_request_seconds_bucket{route="/v1/runs",le="+Inf"} 4\n`);
  expect(text).toContain(`eigentwin_request_seconds_count{route="/v1/runs"} 4\n`);
});

test("what is no longer in the table is left out", () => {
  expect(
    exposition([
      [`["gone","","x"]`, 1],
      [seriesOf("eigentwin_twins", []), 3],
    ]),
  ).toBe(`# HELP eigentwin_twins ${METRICS.eigentwin_twins.help}\n# TYPE eigentwin_twins gauge\neigentwin_twins 3\n`);
});

test.each([
  ["no type", "a 1\n"],
  ["no end of line", "# HELP a x\n# TYPE a counter\na 1"],
  ["another metric's sample", "# HELP a x\n# TYPE a counter\nb 1\n"],
  ["a quote that is not escaped", `# HELP a x\n# TYPE a counter\na{b="c"d"} 1\n`],
  ["no number", "# HELP a x\n# TYPE a counter\na one\n"],
  ["a series twice", "# HELP a x\n# TYPE a counter\na 1\na 2\n"],
  [
    "buckets that fall",
    `# HELP a x\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n`,
  ],
  [
    "a count that is not the last bucket",
    `# HELP a x\n# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n`,
  ],
])("the reader refuses %s", (_what, text) => {
  expect(() => parseExposition(text)).toThrow();
});
