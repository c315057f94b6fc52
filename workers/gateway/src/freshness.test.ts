import { expect, test } from "vitest";
import { keptFresh } from "./freshness.ts";

function clockwork() {
  const seen = { nowMs: 0, refreshed: 0, isDown: false, stored: false };
  const fresh = keptFresh(60_000, () => seen.nowMs);
  const use = () =>
    fresh({
      async refresh() {
        if (seen.isDown) throw new Error("does not answer");
        seen.refreshed += 1;
        seen.stored = true;
      },
      isStored: async () => seen.stored,
    });
  return { seen, use };
}

test("is refreshed once a minute while it is used", async () => {
  const { seen, use } = clockwork();
  for (const nowMs of [0, 1000, 59_999, 60_000, 61_000, 200_000]) {
    seen.nowMs = nowMs;
    await use();
  }
  expect(seen.refreshed).toBe(3);
});

test("a refresh that fails leaves what is stored, and is tried again a minute later", async () => {
  const { seen, use } = clockwork();
  await use();
  Object.assign(seen, { nowMs: 60_000, isDown: true });
  await use();
  Object.assign(seen, { nowMs: 120_000, isDown: false });
  await use();
  expect(seen.refreshed).toBe(2);
});

test("fails only where nothing is stored, and then every use tries again", async () => {
  const { seen, use } = clockwork();
  seen.isDown = true;
  await expect(use()).rejects.toThrow("does not answer");
  seen.isDown = false;
  await use();
  expect(seen.refreshed).toBe(1);
});
