// Twins of an older major: which upgrades lead from one type to another, and what becomes of the streams.

import { refuse } from "./failure.ts";
import type { Manifest } from "./plugin.ts";
import type { StreamType } from "./twin.ts";
import { baseOf, majorOf } from "./versioned-id.ts";

type DeclaredType = Manifest["twinTypes"][number];

/** The types that a twin goes through, the last one `to`; empty where it is there already, nothing where no way leads there. */
export function upgradePath(types: readonly DeclaredType[], from: string, to: string): DeclaredType[] | undefined {
  if (from === to) return [];
  const last = types.find(({ id }) => id === to);
  // Majors fall with each step back; a manifest that says otherwise leads nowhere.
  if (!last?.upgradesFrom || !(majorOf(last.upgradesFrom.type) < majorOf(to))) return undefined;
  const before = upgradePath(types, from, last.upgradesFrom.type);
  return before && [...before, last];
}

/** The way to the newest major that can be reached; empty where there is none newer. */
export function newestPath(types: readonly DeclaredType[], from: string): DeclaredType[] {
  const paths = types
    .filter(({ id }) => baseOf(id) === baseOf(from))
    .flatMap(({ id }) => upgradePath(types, from, id) ?? []);
  const newest = paths.reduce((a, { id }) => Math.max(a, majorOf(id)), majorOf(from));
  return upgradePath(types, from, `${baseOf(from)}@${newest}`) ?? [];
}

/** A stream as a twin keeps it: its points stay under the name that they were first stored by, whatever it is called now. */
export interface KeptStream extends StreamType {
  /** Absent where that is its own name. */
  storedAs?: string;
}

interface NewStreams {
  id: string;
  streams: Readonly<Record<string, StreamType>>;
  /** Old name to new. */
  renamed: Readonly<Record<string, string>>;
}

/**
 * The streams of the new type. One that the old type had keeps its points; one that is new gets a place of its own, so that
 * no type ever reads the points of another quantity. Refuses where a unit changes or two streams become one.
 */
export function upgradedStreams(
  old: Readonly<Record<string, KeptStream>>,
  { id, streams, renamed }: NewStreams,
): Record<string, KeptStream> {
  const cannot = (why: string) => refuse("plugin.broke-contract", `the streams of ${id}: ${why}`, { at: id });
  for (const [before, after] of Object.entries(renamed)) {
    if (!Object.hasOwn(old, before)) cannot(`there was no "${before}" that could become "${after}"`);
    if (!Object.hasOwn(streams, after)) cannot(`"${before}" would become "${after}", which it does not declare`);
  }
  const origins = new Map<string, string>();
  for (const before of Object.keys(old)) {
    const after = Object.hasOwn(renamed, before) ? (renamed[before] ?? before) : before;
    const other = origins.get(after);
    if (other !== undefined) cannot(`"${other}" and "${before}" would both become "${after}"`);
    origins.set(after, before);
  }
  return Object.fromEntries(
    Object.entries(streams).map(([name, type]) => {
      const origin = origins.get(name);
      const kept = origin === undefined ? undefined : old[origin];
      if (kept && kept.unit !== type.unit)
        cannot(`"${origin}" was kept in ${kept.unit}, and "${name}" is in ${type.unit}`);
      const storedAs = kept ? (kept.storedAs ?? origin) : `${id}/${name}`;
      return [name, { ...type, ...(storedAs !== name && { storedAs }) }];
    }),
  );
}
