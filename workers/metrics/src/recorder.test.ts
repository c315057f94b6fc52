import fc from "fast-check";
import { expect, test } from "vitest";
import { seriesOf } from "./metrics.ts";
import { FLUSH_EVERY_MS, Recorder, type Batch } from "./recorder.ts";

const series = seriesOf("eigentwin_runs_accepted_total", ["a"]);

test("whatever is lost on the way, there or back, everything counts once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: 5 }), fc.constantFrom("arrives", "lost", "answer lost", "silent")), {
        maxLength: 30,
      }),
      async (flushes) => {
        let now = 0;
        const recorder = new Recorder(() => now);
        let [total, last, counted] = [0, 0, 0];
        const take = ({ sequence, deltas }: Batch) => {
          if (sequence <= last) return;
          last = sequence;
          total += deltas.reduce((sum, [, value]) => sum + value, 0);
        };
        for (const [times, fate] of [...flushes, [1, "arrives"] as const]) {
          for (let time = 0; time < times; time++) recorder.count("eigentwin_runs_accepted_total", ["a"]);
          counted += times;
          now += 60_000;
          const sent = recorder.flush({
            totals: async () => [],
            async add(batch) {
              if (fate !== "lost") take(batch);
              if (fate === "silent") return new Promise(() => undefined);
              if (fate !== "arrives") throw new Error("no answer");
            },
          });
          if (fate === "silent") void sent;
          else await sent.catch(() => undefined);
        }
        expect(total).toBe(counted);
      },
    ),
  );
});

test("nothing is sent twice at a time, and what is counted meanwhile goes after it", async () => {
  const recorder = new Recorder();
  const batches: Batch[] = [];
  let arrive = () => {};
  const to = {
    totals: async () => [],
    add: (batch: Batch) => new Promise<void>((resolve) => ((arrive = resolve), batches.push(batch))),
  };
  recorder.count("eigentwin_runs_accepted_total", ["a"]);
  const first = recorder.flush(to);
  recorder.count("eigentwin_runs_accepted_total", ["a"], 2);
  await recorder.flush(to);
  expect(batches).toHaveLength(1);
  arrive();
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  arrive();
  await first;
  expect(batches.map(({ sequence, deltas }) => [sequence, deltas])).toEqual([
    [1, [[series, 1]]],
    [2, [[series, 2]]],
  ]);
});

test("a pause follows a flush", async () => {
  let now = 5;
  const recorder = new Recorder(() => now);
  expect(recorder.pauseMs()).toBe(0);
  recorder.count("eigentwin_runs_accepted_total", ["a"]);
  await recorder.flush({ add: async () => undefined, totals: async () => [] });
  expect(recorder.pauseMs()).toBe(FLUSH_EVERY_MS);
  now += FLUSH_EVERY_MS;
  expect(recorder.pauseMs()).toBe(0);
});
