// A message is begun when its turn comes and ended before the next one, whatever becomes of it.

import { expect, test } from "vitest";
import type { MessageState } from "@eigentwin/events";
import { takeInTurn, type Told } from "./in-turn.ts";

const NAME = { tenant: "own", id: "in", since: "2026-01-01T00:00:00.000Z" };
const FRESH: MessageState = { kind: "new", receivedAt: NAME.since };

async function taking(ids: readonly string[], states: Record<string, MessageState>, faulty?: string) {
  const steps: string[] = [];
  const kept = {
    begin: async (_: unknown, { id }: { id: string }) => {
      steps.push(`begin ${id}`);
      return states[id] ?? FRESH;
    },
    end: async (id: string, { kind }: { kind: string }) => void steps.push(`${kind} ${id}`),
  };
  const take = async ({ id }: { id: string }): Promise<Told> => {
    if (id === faulty) throw new Error("a fault");
    return id === "none"
      ? { message: id, failure: { code: "hook.not-mapped", message: "" } }
      : { message: id, items: [] };
  };
  const messages = ids.map((id) => ({ id, digest: id, document: null }));
  const told = await takeInTurn({ kept, name: NAME, take }, messages).catch(String);
  return { steps, told };
}

test("each is begun after the one before it has ended", async () => {
  expect((await taking(["a", "none", "b"], {})).steps).toEqual([
    "begin a",
    "answered a",
    "begin none",
    "nothing-taken none",
    "begin b",
    "answered b",
  ]);
});

test("what was taken before is answered as then; what is under way or another message ends nothing", async () => {
  const answer = JSON.stringify({ message: "a", items: [{ at: "", outcome: "skipped" }] });
  const states: Record<string, MessageState> = {
    a: { kind: "answered", answer },
    b: { kind: "under-way" },
    c: { kind: "other" },
  };
  expect(await taking(["a", "b", "c"], states)).toMatchObject({
    steps: ["begin a", "begin b", "begin c"],
    told: [JSON.parse(answer), { failure: { code: "hook.under-way" } }, { failure: { code: "request.key-reused" } }],
  });
});

test("a fault releases its message, keeps the answers before it, and begins none after it", async () => {
  expect(await taking(["a", "b", "c"], {}, "b")).toEqual({
    steps: ["begin a", "answered a", "begin b", "cut-off b"],
    told: "Error: a fault",
  });
});
