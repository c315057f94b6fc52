import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keptHealth, PARTS, takeHealth, type Probes } from "./health.ts";

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(console, "error").mockImplementation((line: string) => void logged.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const fine = async () => undefined;
const sound: Probes = {
  index: fine,
  bodies: fine,
  twins: fine,
  runs: fine,
  system: fine,
  catalogue: async () => ({ one: { state: "ok", version: "1.0.0" } }),
};

test("all parts answer: ok", async () => {
  const { state, parts } = await takeHealth(sound);
  expect(state).toBe("ok");
  expect(Object.keys(parts)).toEqual([...PARTS, "plugins"]);
});

test.each(PARTS)("without %s the deployment is down, and the answer does not say what the log says", async (part) => {
  const health = await takeHealth({ ...sound, [part]: async () => Promise.reject(new Error("inner words")) });
  expect(health.state).toBe("down");
  expect(health.parts[part].state).toBe("down");
  expect(JSON.stringify(health)).not.toContain("inner words");
  expect(logged.join()).toContain("inner words");
});

test("a part that throws at once, or that never answers, is down", async () => {
  vi.useFakeTimers();
  const health = takeHealth({
    ...sound,
    index: () => {
      throw new TypeError("no such binding");
    },
    runs: () => new Promise(() => undefined),
  });
  await vi.advanceTimersByTimeAsync(3_000);
  expect((await health).parts).toMatchObject({
    index: { state: "down" },
    runs: { state: "down" },
    twins: { state: "ok" },
  });
});

test.each(["down", "refused"] as const)("a plugin that is %s degrades it", async (state) => {
  const catalogue = async () => ({ one: { state, version: null, reason: "why" } });
  expect((await takeHealth({ ...sound, catalogue })).state).toBe("degraded");
});

test("what was taken is kept a while", async () => {
  let now = 0;
  let asked = 0;
  const health = keptHealth(5_000, () => now);
  const probes = { ...sound, index: async () => void (asked += 1) };
  await Promise.all([health(probes), health(probes)]);
  now = 4_999;
  await health(probes);
  expect(asked).toBe(1);
  now = 5_000;
  await health(probes);
  expect(asked).toBe(2);
});
