// The journal: what a run got from outside itself. An attempt asks again for everything in it, in any order between
// scopes, before anything new is allowed; so a program is paid once however often the run is tried.

import type { Ticket } from "../backend.ts";
import type { Digest } from "../codec.ts";

/** `read` keeps only a digest: the data itself stays where it is and is compared when it is read again. */
export type EntryKind = "program" | "step" | "read";

export interface JournalEntry {
  /** Scope path, content hash and how-many-th occurrence in that scope: `fold-1|sha256:...|0`. */
  key: string;
  kind: EntryKind;
  state: "intended" | "waiting" | "answered";
  /** Of the answer; absent until there is one. */
  digest?: Digest;
  ticket?: Ticket;
  askAgainAtMs?: number;
}

/** Where entries are kept. Each write is durable when it returns. */
export interface JournalStore {
  entries(): JournalEntry[];
  body(key: string): Uint8Array;
  intend(key: string, kind: EntryKind): void;
  wait(key: string, ticket: Ticket, askAgainAtMs: number): void;
  answer(key: string, digest: Digest, body: Uint8Array | undefined): void;
  /** Drops the bodies of all entries whose scope begins with `scope`: a finished step holds what came of them. */
  forget(scope: string): void;
}

/** `occurrence`: how many equal questions this attempt has asked in the scope before. */
export interface Asked {
  key: string;
  occurrence: number;
  entry: JournalEntry | undefined;
}

/** One attempt's way through the journal. */
export interface Replay {
  /** The entry's key, and the entry where an earlier attempt made one. */
  ask(scope: string, hash: string): Asked;
  /** Counts everything under `scope` as asked: it belongs to a step that is finished. */
  skip(scope: string): void;
  /** Resolves when everything in the journal has been asked for again: only then may something new be sent. */
  caughtUp(): Promise<void>;
  /** Entries that this attempt has not asked for: none, or the run has diverged. */
  unasked(): string[];
}

export function replayOf(store: JournalStore): Replay {
  const known = new Map(store.entries().map((entry) => [entry.key, entry]));
  const unasked = new Set(known.keys());
  const occurrences = new Map<string, number>();
  let held: (() => void)[] = [];

  function letGoIfCaughtUp(): void {
    if (unasked.size > 0) return;
    for (const letGo of held) letGo();
    held = [];
  }

  return {
    ask(scope, hash) {
      const place = `${scope}|${hash}`;
      const occurrence = occurrences.get(place) ?? 0;
      occurrences.set(place, occurrence + 1);
      const key = `${place}|${occurrence}`;
      unasked.delete(key);
      letGoIfCaughtUp();
      return { key, occurrence, entry: known.get(key) };
    },
    skip(scope) {
      for (const key of unasked) if (key.startsWith(scope)) unasked.delete(key);
      letGoIfCaughtUp();
    },
    caughtUp: () => (unasked.size === 0 ? Promise.resolve() : new Promise((letGo) => held.push(letGo))),
    unasked: () => [...unasked],
  };
}

/** A journal that lives as long as the process: for tests and in-process runs. */
export function memoryJournal(): JournalStore {
  const entries = new Map<string, JournalEntry>();
  const bodies = new Map<string, Uint8Array>();
  return {
    entries: () => [...entries.values()],
    body: (key) => bodies.get(key) ?? new Uint8Array(),
    intend: (key, kind) => void entries.set(key, { key, kind, state: "intended" }),
    wait(key, ticket, askAgainAtMs) {
      if (entries.get(key)?.state !== "answered")
        entries.set(key, { key, kind: "program", state: "waiting", ticket, askAgainAtMs });
    },
    answer(key, digest, body) {
      const kind = entries.get(key)?.kind ?? "read";
      entries.set(key, { key, kind, state: "answered", digest });
      if (body) bodies.set(key, body);
    },
    forget(scope) {
      for (const key of bodies.keys()) if (key.startsWith(scope)) bodies.delete(key);
    },
  };
}
