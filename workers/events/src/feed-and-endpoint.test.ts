// Any interleaving of changes, deliveries that arrive, arrive twice or are lost, crashes, cuts of the log, reads and rounds:
// a subscriber that drops repeated ids has every event once, those of a twin in order, and is told of every gap.

import { deliverOutbox, noteEvent, prepareStorage, type OutboxBatch } from "@eigentwin/objects";
import { testStorage } from "@eigentwin/objects/testing";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDue, createOutbox } from "@eigentwin/objects";
import { filterAfter, goBack, nextAttemptMs, readyLanes, redrive, takeIn, type Attempt } from "./deliveries.ts";
import { insertEndpoint, noteVerified, readEndpoint } from "./endpoint-record.ts";
import { endRound } from "./endpoint-work.ts";
import { matches } from "./filter.ts";
import { appendEvents, cutEvents, feedRow, positionOf, readEvents, sequenceAt } from "./feed-log.ts";
import { deliverRound } from "./round.ts";
import { ENDPOINT_STEPS, FEED_STEPS } from "./steps.ts";

const SOURCE_STEPS = [`${createDue}; ${createOutbox}`];
const TWINS = ["a", "b", "c"];
const HOUR_MS = 60 * 60_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

type Step =
  | { kind: "change"; twin: number }
  /** What becomes of the batch that a twin's outbox sends. */
  | { kind: "tell"; twin: number; fate: "arrives" | "is lost" | "answer is lost" }
  | { kind: "read"; limit: number }
  | { kind: "round"; answers: boolean[]; crashes: boolean }
  | { kind: "pass"; hours: number }
  | { kind: "cut"; keep: number }
  | { kind: "redrive" };

const twin = fc.nat(TWINS.length - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("change" as const), twin }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("tell" as const),
      twin,
      fate: fc.constantFrom("arrives" as const, "is lost" as const, "answer is lost" as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("read" as const), limit: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("round" as const),
      answers: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
      crashes: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("pass" as const), hours: fc.integer({ min: 1, max: 13 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("redrive" as const) }) },
);
const cut: fc.Arbitrary<Step> = fc.record({ kind: fc.constant("cut" as const), keep: fc.nat(6) });

interface Heard {
  id: string;
  subject?: string;
  n?: number;
}

class World {
  readonly sources = TWINS.map(() => {
    const { storage } = testStorage();
    prepareStorage(storage, SOURCE_STEPS);
    return storage;
  });
  readonly feed = testStorage().storage;
  readonly endpoint = testStorage().storage;
  readonly changes = TWINS.map(() => 0);
  /** By a reader that resumes, and by a receiver of a webhook. */
  readonly read: Heard[] = [];
  readonly received: Heard[] = [];
  position = "0";

  constructor() {
    prepareStorage(this.feed, FEED_STEPS, () =>
      this.feed.sql.exec("INSERT INTO feed VALUES (1, 'own', '89abcdef', 0, 0)"),
    );
    prepareStorage(this.endpoint, ENDPOINT_STEPS, () => {
      const draft = { tenant: "own", id: "webhook_1", url: "https://example.com/", title: "", filter: {}, after: 0 };
      insertEndpoint(this.endpoint.sql, draft);
      noteVerified(this.endpoint.sql);
    });
  }

  async take(step: Step): Promise<void> {
    if (step.kind === "change") {
      const subject = TWINS[step.twin] ?? "";
      const source = this.sources[step.twin];
      const n = (this.changes[step.twin] = (this.changes[step.twin] ?? 0) + 1);
      source?.transactionSync(() =>
        noteEvent(source, { type: "twin.changed", subject, twinType: "k.k@1", data: { n } }),
      );
    }
    if (step.kind === "tell") await this.tell(step.twin, step.fate);
    if (step.kind === "read") this.readOn(step.limit);
    if (step.kind === "round") await this.round(step.answers, step.crashes);
    if (step.kind === "pass") vi.setSystemTime(Date.now() + step.hours * HOUR_MS);
    if (step.kind === "cut") this.cut(step.keep);
    if (step.kind === "redrive") redrive(this.endpoint.sql, null, Date.now());
  }

  async tell(of: number, fate: "arrives" | "is lost" | "answer is lost"): Promise<void> {
    const source = this.sources[of];
    const append = async (batch: OutboxBatch) => {
      if (fate === "is lost") throw new Error("nobody answers");
      this.feed.transactionSync(() => appendEvents(this.feed.sql, batch, Date.now()));
      if (fate === "answer is lost") throw new Error("the connection is gone");
      return "taken" as const;
    };
    if (source)
      await deliverOutbox(source, { tenant: "own", source: `/${of}`, taker: { append } }).catch(() => undefined);
  }

  readOn(limit: number): void {
    const { sql } = this.feed;
    const { events, upTo } = readEvents(sql, sequenceAt(feedRow(sql), this.position), {}, limit);
    this.read.push(...events.map(({ json }) => heard(json)));
    this.position = positionOf(feedRow(sql).epoch, upTo);
  }

  async round(answers: readonly boolean[], crashes: boolean): Promise<void> {
    const { sql } = this.endpoint;
    const { cursor } = readEndpoint(sql);
    const { filter, upTo } = filterAfter(sql, cursor);
    const page = readEvents(this.feed.sql, cursor, filter, 4, upTo);
    this.endpoint.transactionSync(() => takeIn(sql, page, Date.now()));
    let asked = 0;
    const attempts: Attempt[] = await deliverRound(readyLanes(sql, Date.now()), {
      nowMs: Date.now,
      send: async ({ json }) => {
        const isTaken = answers[(asked += 1) % answers.length] ?? true;
        if (isTaken) this.received.push(heard(json));
        return { status: isTaken ? 204 : 500, fault: null };
      },
    });
    // A crash before the end of the round is written: all of it comes again.
    if (crashes) return;
    const facts = { nowMs: Date.now(), random: () => 0.5, hasMore: page.hasMore };
    this.endpoint.transactionSync(() => endRound(this.endpoint, attempts, facts));
  }

  cut(keep: number): void {
    this.feed.transactionSync(() => cutEvents(this.feed.sql, { mostEvents: keep, mostAgeMs: Infinity }, Date.now()));
  }

  /** Everything arrives in the end. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 200; turn++) {
      for (const of of TWINS.keys()) await this.tell(of, "arrives");
      this.readOn(100);
      redrive(this.endpoint.sql, null, Date.now());
      await this.round([true], false);
      vi.setSystemTime(Date.now() + 13 * HOUR_MS);
      const { cursor } = readEndpoint(this.endpoint.sql);
      if (cursor === feedRow(this.feed.sql).last && nextAttemptMs(this.endpoint.sql) === undefined) return;
    }
    throw new Error("it never comes to an end");
  }
}

function heard(json: string): Heard {
  const { id, subject, data } = JSON.parse(json) as { id: string; subject?: string; data: { n?: number } };
  return { id, ...(subject !== undefined && { subject }), ...(data.n !== undefined && { n: data.n }) };
}

const once = (all: readonly Heard[]): Heard[] =>
  [...new Map(all.toReversed().map((one) => [one.id, one])).values()].reverse();
const ofTwin = (all: readonly Heard[], subject: string) =>
  all.filter((one) => one.subject === subject).map(({ n }) => n);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test("a reader and a receiver have every event once, in order per twin", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = new World();
      for (const one of steps) await world.take(one);
      await world.settle();
      for (const [index, subject] of TWINS.entries()) {
        const all = upTo(world.changes[index] ?? 0);
        // A reader is told nothing twice, even without looking at ids.
        expect(ofTwin(world.read, subject)).toEqual(all);
        expect(ofTwin(once(world.received), subject).sort((a, b) => Number(a) - Number(b))).toEqual(all);
      }
    }),
    { numRuns: 100 },
  );
});

test("as long as nothing was given up, a receiver that drops repeated ids has each twin's events in order", async () => {
  const calm = step.filter(({ kind }) => kind !== "redrive");
  await fc.assert(
    fc.asyncProperty(fc.array(calm, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = new World();
      for (const one of steps) await world.take(one);
      await world.settle();
      for (const [index, subject] of TWINS.entries())
        expect(ofTwin(once(world.received), subject)).toEqual(upTo(world.changes[index] ?? 0));
    }),
    { numRuns: 100 },
  );
});

test("whoever misses what was cut is told of a gap", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(step, cut), { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = new World();
      for (const one of steps) await world.take(one);
      await world.settle();
      for (const told of [world.read, once(world.received)]) {
        const has = new Set(told.map(({ subject, n }) => `${subject} ${n}`));
        const missing = TWINS.some((subject, index) =>
          upTo(world.changes[index] ?? 0).some((n) => !has.has(`${subject} ${n}`)),
        );
        if (missing) expect(told.some(({ id }) => id.startsWith("gap_"))).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test("a replay goes back, in order, and tells nothing of what was cut but the gap", async () => {
  const world = new World();
  for (let turn = 0; turn < 6; turn++) await world.take({ kind: "change", twin: 0 });
  await world.settle();
  world.cut(3);
  const before = world.received.length;
  goBack(world.endpoint.sql, 0);
  await world.settle();
  const again = world.received.slice(before);
  expect(again[0]?.id).toBe("gap_89abcdef_0_3");
  expect(ofTwin(again, "a")).toEqual([4, 5, 6]);
});

const word = fc.constantFrom("run.failed", "run.accepted", "twin.created", "runner.made");
const filter = fc.record(
  {
    types: fc.array(fc.oneof(word, fc.constantFrom("run.*", "twin.*")), { minLength: 1 }),
    twins: fc.array(fc.constantFrom("a", "b"), { minLength: 1 }),
    twinTypes: fc.array(fc.constantFrom("k.k", "k.kk", "l.l")),
  },
  { requiredKeys: [] },
);
const told = fc.record(
  { type: word, subject: fc.constantFrom("a", "b", "c"), twinType: fc.constantFrom("k.k@1", "k.kk@2", "l.l@1") },
  { requiredKeys: ["type"] },
);

test("a filter means the same for an event at hand as for the log", () => {
  fc.assert(
    fc.property(filter, told, (wanted, event) => {
      const { feed } = new World();
      const outbox = { ...event, sequence: 1, time: "2026-01-01T00:00:00.000Z", data: {} };
      appendEvents(feed.sql, { tenant: "own", source: "/x", epoch: "e", events: [outbox] }, 0);
      expect(readEvents(feed.sql, 0, wanted, 10).events.length === 1).toBe(matches(wanted, event));
    }),
  );
});
