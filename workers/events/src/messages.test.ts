// What a hook remembers of its messages: each is taken once, whatever comes in between.

import { prepareStorage } from "@eigentwin/objects";
import { testStorage } from "@eigentwin/objects/testing";
import { expect, test } from "vitest";
import { beginMessage, cutMessages, endMessage, forgetTwinIn, KEPT_MS } from "./messages.ts";
import { HOOK_STEPS } from "./steps.ts";

const opened = () => {
  const { storage } = testStorage();
  prepareStorage(storage, HOOK_STEPS);
  return storage.sql;
};
const message = (id: string, digest = "d") => ({ id, digest });

test("a message is new once, under way for a minute, and answered from then on", () => {
  const sql = opened();
  expect(beginMessage(sql, message("a"), 0)).toEqual({ kind: "new", receivedAt: "1970-01-01T00:00:00.000Z" });
  expect(beginMessage(sql, message("a"), 59_999)).toEqual({ kind: "under-way" });
  // Cut off by a crash: it keeps the time at which it came first.
  expect(beginMessage(sql, message("a"), 60_000)).toEqual({ kind: "new", receivedAt: "1970-01-01T00:00:00.000Z" });
  endMessage(sql, "a", { kind: "answered", answer: "{}" });
  expect(beginMessage(sql, message("a"), 60_001)).toEqual({ kind: "answered", answer: "{}" });
  expect(beginMessage(sql, message("a", "other"), 60_001)).toEqual({ kind: "other" });
});

test("one that was not taken may come again at once; one that was answered stays", () => {
  const sql = opened();
  beginMessage(sql, message("a"), 0);
  endMessage(sql, "a", { kind: "nothing-taken" });
  const again = beginMessage(sql, message("a", "mended"), 1);
  expect(again).toEqual({ kind: "new", receivedAt: "1970-01-01T00:00:00.001Z" });
  endMessage(sql, "a", { kind: "answered", answer: "{}" });
  for (const kind of ["nothing-taken", "cut-off"] as const) endMessage(sql, "a", { kind });
  expect(beginMessage(sql, message("a", "mended"), 2)).toMatchObject({ kind: "answered" });
});

test("one that was cut off comes again at once under the time at which it came first, and as no other message", () => {
  const sql = opened();
  const now = Date.parse("2026-01-01T00:00:00.000Z");
  beginMessage(sql, message("a"), now);
  for (const kind of ["cut-off", "nothing-taken"] as const) {
    endMessage(sql, "a", { kind });
    expect(beginMessage(sql, message("a", "other"), now + 1)).toEqual({ kind: "other" });
    expect(beginMessage(sql, message("a"), now + 1)).toEqual({ kind: "new", receivedAt: "2026-01-01T00:00:00.000Z" });
    expect(beginMessage(sql, message("a"), now + 2)).toEqual({ kind: "under-way" });
  }
});

test("of what was done to a twin that is erased stays that it was done, and the message is answered as before", () => {
  const sql = opened();
  const item = (twin: string) => ({ at: "/0", outcome: "taken", twin, revision: 2, failures: [{ message: "secret" }] });
  const [gone, branch, other] = [item("p-1"), item("p-1~what-if"), item("p-10")];
  for (const [id, items] of [
    ["a", [gone, branch, other]],
    ["b", [other]],
  ] as const) {
    beginMessage(sql, message(id), 0);
    endMessage(sql, id, { kind: "answered", answer: JSON.stringify({ message: id, items }) });
  }
  forgetTwinIn(sql, "p-1");
  const left = (twin: string) => ({ at: "/0", outcome: "taken", twin });
  const answer = JSON.stringify({ message: "a", items: [left("p-1"), left("p-1~what-if"), other] });
  expect(beginMessage(sql, message("a", "whatever"), 1)).toEqual({ kind: "answered", answer });
  expect(sql.exec("SELECT digest FROM message ORDER BY id").toArray()).toEqual([{ digest: "" }, { digest: "d" }]);
});

test("what is older than it is kept is forgotten", () => {
  const sql = opened();
  for (const [id, at] of [
    ["old", 0],
    ["new", 2],
  ] as const)
    beginMessage(sql, message(id), at);
  cutMessages(sql, KEPT_MS + 1);
  expect(sql.exec("SELECT id FROM message").toArray()).toEqual([{ id: "new" }]);
});
