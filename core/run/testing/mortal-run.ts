// A run whose attempts die: whatever reaches outside may be the last thing an attempt does, before or after its effect.

import { NO_SECRETS } from "../../backend.ts";
import { Refusal } from "../../failure.ts";
import type { Grant } from "../../grant.ts";
import { grantFrom } from "../../serve/grant.ts";
import { openAttempt, settleProgram } from "../attempt.ts";
import type { RunPorts } from "../host-grant.ts";
import { memoryJournal, type JournalStore } from "../journal.ts";
import { nothingSpent, type Spending } from "../quote.ts";
import type { MemoryBackend } from "./memory-backend.ts";

export interface MortalRun<T> {
  backend: MemoryBackend;
  ports: RunPorts;
  seed: number;
  play(grant: Grant): Promise<T>;
  /** The nth attempt dies at its `deaths[n]`th moment outside; later attempts live. */
  deaths: readonly number[];
}

export interface RunEnd<T> {
  value: T;
  journal: JournalStore;
  spent: Spending;
  attempts: number;
  unasked: string[];
}

class Killed extends Error {}

/** Tries until the plugin answers: on death at once, on waiting after every ticket has been asked. */
export async function runToEnd<T>({ backend, ports, seed, play, deaths }: MortalRun<T>): Promise<RunEnd<T>> {
  const journal = memoryJournal();
  let spent = nothingSpent("USD");
  for (let attempts = 0; attempts < 200; attempts++) {
    const life = lifeOf(deaths[attempts] ?? Infinity);
    let wait: () => void = () => undefined;
    const allWaiting = new Promise<void>((resolve) => (wait = resolve));
    const attempt = openAttempt(mortalJournal(journal, life), mortal(ports, life), {
      runId: "run-1",
      seed,
      shots: 20,
      models: { plugin: "pump", capability: "pump.life@1", reads: ["pump.fit@1"] },
      backend: { description: backend.description, use: mortal(backend, life) },
      budget: { money: 1000, currency: "USD" },
      spent,
      spend(total) {
        life.mustLive();
        spent = total;
      },
      onLost: () => undefined,
      onAllWaiting: wait,
    });
    const context = {
      subject: { kind: "dataset", id: "d" } as const,
      now: "2026-01-01T00:00:00Z",
      seed,
      backend: backend.description,
    };
    const playing = play(grantFrom(context, attempt.grant, new AbortController().signal)).then((value) => ({ value }));
    const end = await Promise.race([playing.catch(unlessKilled), allWaiting, life.ended]);
    const unasked = attempt.unasked();
    attempt.retire();
    if (end && !life.isOver()) return { ...end, journal, spent, attempts: attempts + 1, unasked };
    if (!life.isOver()) await askTickets(journal, backend);
  }
  throw new Error("200 attempts did not finish the run");
}

/** Counts moments; the last one throws, and so does all that comes after it. */
function lifeOf(moments: number) {
  let left = moments;
  let over: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (over = resolve));
  const mustLive = () => {
    if (left <= 0) throw new Killed();
  };
  const pass = () => {
    mustLive();
    left -= 1;
    if (left > 0) return;
    over();
    throw new Killed();
  };
  return { mustLive, pass, ended, isOver: () => left <= 0 };
}
type Life = ReturnType<typeof lifeOf>;

function mortal<Port extends object>(port: Port, life: Life): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]) => {
        life.pass();
        const value: unknown = await member.apply(target, given);
        life.pass();
        return value;
      };
    },
  });
}

/** Writes between two awaits are one transaction, so an attempt dies before the first of them or after the last. */
function mortalJournal(journal: JournalStore, life: Life): JournalStore {
  return {
    entries: () => journal.entries(),
    body: (key) => journal.body(key),
    intend(key, kind) {
      life.pass();
      if (journal.entries().some((entry) => entry.key === key)) throw new Error(`${key} was intended twice`);
      journal.intend(key, kind);
    },
    wait(key, ticket, askAgainAtMs) {
      life.mustLive();
      journal.wait(key, ticket, askAgainAtMs);
    },
    answer(key, digest, body) {
      life.mustLive();
      journal.answer(key, digest, body);
    },
    forget(scope) {
      life.mustLive();
      journal.forget(scope);
    },
  };
}

async function askTickets(journal: JournalStore, backend: MemoryBackend): Promise<void> {
  for (const { key, ticket } of journal.entries()) {
    if (!ticket) continue;
    const submission = await backend.check(ticket, NO_SECRETS);
    if (submission.state === "waiting") journal.wait(key, submission.ticket, 0);
    else await settleProgram(journal, key, submission);
  }
}

/** An attempt that is over ends as it likes: its calls are refused. */
function unlessKilled(error: unknown): undefined {
  if (!(error instanceof Killed) && !(error instanceof Refusal)) throw error;
}
