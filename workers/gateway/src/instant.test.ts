// Times at the edge: what is let through means one millisecond and comes back as the same one.

import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import { instant } from "./routes/twin-schemas.ts";

const isInstant = (text: string) => v.safeParse(instant, text).success;

test.each([
  "2026-01-31T12:00:00Z",
  "2024-02-29T23:59:59.999Z",
  "2026-01-31T12:00:00.5+05:30",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59-00:00",
])("%s is a time", (text) => {
  expect(isInstant(text)).toBe(true);
  expect(Date.parse(text)).not.toBeNaN();
});

test.each([
  "+05",
  "",
  "2026",
  "2026-01-31",
  "2026-01-31T12:00Z",
  "2026-01-31T12:00:00",
  "2026-01-31 12:00:00Z",
  "2026-02-29T00:00:00Z",
  "2026-02-31T00:00:00Z",
  "2026-04-31T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-00-01T00:00:00Z",
  "2026-01-00T00:00:00Z",
  "2026-01-31T24:00:00Z",
  "2026-01-31T12:60:00Z",
  "2026-01-31T12:00:60Z",
  "2026-01-31T12:00:00.1234Z",
  "2026-01-31T12:00:00+24:00",
  "2026-01-31T12:00:00+0530",
  "0000-01-01T00:00:00+01:00",
  "9999-12-31T23:59:59-01:00",
  "2026-01-31T12:00:00Z\n",
])("%j is none", (text) => expect(isInstant(text)).toBe(false));

test("every millisecond of the years 0000 to 9999 is let through and comes back", () => {
  const first = Date.parse("0000-01-01T00:00:00Z");
  const last = Date.parse("9999-12-31T23:59:59.999Z");
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (ms) => {
      const text = new Date(ms).toISOString();
      return isInstant(text) && Date.parse(text) === ms;
    }),
  );
});
