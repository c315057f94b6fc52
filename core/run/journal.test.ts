import { expect, test } from "vitest";
import { memoryJournal, replayOf, type JournalStore } from "./journal.ts";

function journalOf(...keys: string[]): JournalStore {
  const store = memoryJournal();
  for (const key of keys) store.intend(key, "program");
  return store;
}

/** Says whether a promise has been kept by now. */
async function kept(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => (done = true));
  await new Promise(setImmediate);
  return done;
}

test("equal questions are numbered within their scope", () => {
  const { ask } = replayOf(memoryJournal());
  expect(ask("/a/", "h").key).toBe("/a/|h|0");
  expect(ask("/a/", "h").key).toBe("/a/|h|1");
  expect(ask("/b/", "h").key).toBe("/b/|h|0");
  expect(ask("/a/", "g").key).toBe("/a/|g|0");
});

test("an entry is found by its key, and only what was there at the start is known", () => {
  const store = journalOf("/|h|0");
  store.answer("/|h|0", "sha256:aa", Uint8Array.of(1));
  const { ask } = replayOf(store);
  expect(ask("/", "h").entry).toEqual({ key: "/|h|0", kind: "program", state: "answered", digest: "sha256:aa" });
  store.intend("/|h|1", "program");
  expect(ask("/", "h").entry).toBeUndefined();
});

test("with an empty journal nothing is held", async () => {
  expect(await kept(replayOf(memoryJournal()).caughtUp())).toBe(true);
});

test("what is new is held until every entry has been asked for, in any order between scopes", async () => {
  const replay = replayOf(journalOf("/a/|h|0", "/b/|h|0", "/b/|h|1"));
  const held = replay.caughtUp();
  replay.ask("/b/", "h");
  replay.ask("/b/", "h");
  replay.ask("/b/", "h");
  expect(replay.unasked()).toEqual(["/a/|h|0"]);
  expect(await kept(held)).toBe(false);
  replay.ask("/a/", "h");
  expect(replay.unasked()).toEqual([]);
  expect(await kept(held)).toBe(true);
  expect(await kept(replay.caughtUp())).toBe(true);
});

test("a memory journal walks through its states and keeps bodies beside them", () => {
  const store = memoryJournal();
  store.intend("k", "program");
  store.wait("k", { job: "7" }, 12);
  expect(store.entries()).toEqual([
    { key: "k", kind: "program", state: "waiting", ticket: { job: "7" }, askAgainAtMs: 12 },
  ]);
  store.answer("k", "sha256:aa", Uint8Array.of(1, 2));
  expect(store.entries()).toEqual([{ key: "k", kind: "program", state: "answered", digest: "sha256:aa" }]);
  expect(store.body("k")).toEqual(Uint8Array.of(1, 2));
});
