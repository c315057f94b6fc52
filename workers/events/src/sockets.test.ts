// What a WebSocket is told: everything that follows its place and is for it, once, as far as it says that it keeps up.

import { prepareStorage } from "@eigentwin/objects";
import { testStorage } from "@eigentwin/objects/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { appendEvents, cutEvents } from "./feed-log.ts";
import {
  isTooSlow,
  MOST_UNCONFIRMED,
  noteConfirmed,
  PATIENCE_MS,
  placeIn,
  tellOn,
  tellPlace,
  type Attached,
} from "./sockets.ts";
import { FEED_STEPS } from "./steps.ts";

function feed() {
  const { storage } = testStorage();
  prepareStorage(storage, FEED_STEPS, () => storage.sql.exec("INSERT INTO feed VALUES (1, 'own', '89abcdef', 0, 0)"));
  let sequence = 0;
  const happen = (subject: string, count = 1) => {
    const events = Array.from({ length: count }, () => ({
      sequence: (sequence += 1),
      type: "twin.changed",
      subject,
      twinType: "k.k@1",
      time: "2026-01-01T00:00:00Z",
      data: {},
    }));
    storage.transactionSync(() => appendEvents(storage.sql, { tenant: "own", source: "/s", epoch: "1", events }, 0));
  };
  return { sql: storage.sql, happen };
}

function socketOf(twins: string[], upTo = 0) {
  let attached: unknown = {
    filter: { twins },
    key: "",
    session: null,
    upTo,
    told: upTo,
    unconfirmed: 0,
    waitingSinceMs: null,
  } satisfies Attached;
  const sent: { id: string; event?: { subject: string; type: string } }[] = [];
  const socket = {
    send: (text: string) => void sent.push(JSON.parse(text)),
    serializeAttachment: (value: unknown) => (attached = structuredClone(value)),
    deserializeAttachment: () => structuredClone(attached),
  } as unknown as WebSocket;
  return { socket, sent };
}

test("in whatever order things happen and are told, a reader that confirms has all of its twin's events once, in order", () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant("happen" as const),
      twin: fc.constantFrom("a", "b"),
      count: fc.integer({ min: 1, max: 150 }),
    }),
    fc.constantFrom({ kind: "tell" as const }, { kind: "confirm" as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { sql, happen } = feed();
      const { socket, sent } = socketOf(["a"]);
      let wanted = 0;
      for (const one of [
        ...steps,
        ...Array(20)
          .fill([{ kind: "tell" }, { kind: "confirm" }])
          .flat(),
      ]) {
        if (one.kind === "happen") {
          happen(one.twin, one.count);
          if (one.twin === "a") wanted += one.count;
        } else if (one.kind === "tell") tellOn(sql, socket, 0);
        else noteConfirmed(socket);
      }
      const places = sent.map(({ id }) => Number(id.split("-")[1]));
      expect(sent.length).toBe(wanted);
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    }),
    { numRuns: 40 },
  );
});

test("who says nothing is told so much, and is too slow after a while", () => {
  const { sql, happen } = feed();
  const { socket, sent } = socketOf(["a"]);
  happen("a", MOST_UNCONFIRMED + 1);
  tellOn(sql, socket, 1_000);
  tellOn(sql, socket, 2_000);
  expect(sent).toHaveLength(MOST_UNCONFIRMED);
  expect([999, 1_000].map((more) => isTooSlow(socket, PATIENCE_MS + more))).toEqual([false, true]);
  noteConfirmed(socket);
  tellOn(sql, socket, 3_000);
  expect(sent).toHaveLength(MOST_UNCONFIRMED + 1);
  expect(isTooSlow(socket, 10 * PATIENCE_MS)).toBe(false);
});

test("what was cut is told as a gap, and a place that has moved without an event is told", () => {
  const { sql, happen } = feed();
  happen("a", 5);
  cutEvents(sql, { mostEvents: 2, mostAgeMs: 1e12 }, 0);
  const { socket, sent } = socketOf(["a"], 1);
  tellOn(sql, socket, 0);
  expect(sent.map(({ event }) => event?.type)).toEqual(["feed.gap", "twin.changed", "twin.changed"]);
  happen("b", 3);
  tellOn(sql, socket, 0);
  tellPlace(sql, socket);
  tellPlace(sql, socket);
  expect(sent.slice(3)).toEqual([{ id: "89abcdef-8" }]);
});

test.each([
  ['{"at":"89abcdef-1"}', "89abcdef-1"],
  ['{"at":1}', undefined],
  ["null", undefined],
  ["ping ", undefined],
  [`{"at":"${"x".repeat(300)}"}`, undefined],
])("%s says %s", (message, place) => expect(placeIn(message)).toBe(place));
