// What a batch says of its points, before anything is written.

import { expect, test } from "vitest";
import type { KeptStream } from "@eigentwin/core";
import { checkedPoints } from "./received.ts";
import { retentionsOf } from "./retention.ts";

const DAY_MS = 86_400_000;
const streams: Record<string, KeptStream> = {
  heat: { title: "Heat", unit: "K", retention: "P2D" },
  speed: { title: "Speed", unit: "m/s", storedAs: "x.car@2/speed" },
};
const nowMs = Date.UTC(2026, 0, 10);
const point = (stream: string, daysAgo: number, unit?: string) => ({
  stream,
  observedAt: new Date(nowMs - daysAgo * DAY_MS).toISOString(),
  value: 36,
  ...(unit !== undefined && { unit }),
});

test("points are converted, stored under their first name, and too old ones told", () => {
  expect(
    checkedPoints(
      [
        point("heat", 2),
        point("heat", 2.001),
        point("speed", 900, "km/h"),
        point("heat", 0, "Cel"),
        point("heat", 0, "s"),
      ],
      streams,
      nowMs,
    ),
  ).toMatchObject([
    { stream: "heat", value: 36 },
    { refused: { code: "stream.point-too-old", at: "/points/1/observedAt" } },
    { stream: "x.car@2/speed", value: 10 },
    { value: 309.15 },
    { refused: { code: "stream.unit-unknown", at: "/points/4/unit" } },
  ]);
});

test("a retention belongs to the name under which points are stored", () => {
  expect([
    ...retentionsOf({ ...streams, load: { title: "Load", unit: "1", storedAs: "l", retention: "P1D" } }),
  ]).toEqual([
    ["heat", 2 * DAY_MS],
    ["l", DAY_MS],
  ]);
});
