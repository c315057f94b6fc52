import { expect, test } from "vitest";
import { withoutWorld } from "./poison.ts";

test.each<[string, () => unknown]>([
  ["Date.now", () => Date.now()],
  ["new Date()", () => new Date()],
  ["Date()", () => Date()],
  ["Math.random", () => Math.random()],
  ["performance.now", () => performance.now()],
  ["crypto.getRandomValues", () => crypto.getRandomValues(new Uint8Array(1))],
  ["crypto.randomUUID", () => crypto.randomUUID()],
  ["fetch", () => fetch("data:,")],
])("%s throws inside, and is told even where it is caught", async (name, use) => {
  const { value, touched } = await withoutWorld(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    try {
      use();
      return "nothing";
    } catch (error) {
      return String(error);
    }
  });
  expect(value).toContain(`${name} is not a plugin's to use`);
  expect(touched).toEqual([name]);
});

test("arithmetic with dates is allowed, others keep their clock meanwhile, and everything comes back", async () => {
  const before = [Date, Math.random, fetch];
  let outside = 0;
  const other = new Promise((resolve) => setTimeout(resolve, 5)).then(() => (outside = Date.now()));
  const { value, touched } = await withoutWorld(async () => {
    await new Promise((resolve) => setTimeout(resolve, 15));
    const date = new Date("2026-01-01T00:00:00Z");
    return [date.toISOString(), date instanceof Date, Date.parse("1970-01-01T00:00:00Z")];
  });
  await other;
  expect(value).toEqual(["2026-01-01T00:00:00.000Z", true, 0]);
  expect(touched).toEqual([]);
  expect(outside).toBeGreaterThan(0);
  expect([Date, Math.random, fetch]).toEqual(before);
});
