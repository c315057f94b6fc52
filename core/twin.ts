// The contract of a twin: one individual and all that is known of it.

import type { GenericSchema } from "valibot";

/** One measured series of a twin type. */
export interface StreamType {
  title: string;
  /** UCUM code of the unit in which points are kept, for example `[degR]` or `{rpm}`; `1` where there is none. */
  unit: string;
  /** How long points are kept after they were observed, as an ISO 8601 duration without months and years: `P90D`. For good where it is left out. */
  retention?: string;
}

/** How a twin of an older major becomes one of this: pure, and asked for each twin when a question first needs it. */
export interface Upgrade {
  /** The older major: `aerospace.engine@1`. */
  from: string;
  /** The new properties; the old ones are as they were stored, and frozen. Refuse, and the twin stays what it is. */
  properties(old: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Streams that are called otherwise now, old name to new, in the same unit. All others keep their name. */
  streams?: Readonly<Record<string, string>>;
  /** Properties of the older major: the conformance kit upgrades them. */
  example(): Record<string, unknown>;
}

/** What kind of individual: declared by a plugin, kept in the catalogue. Ids carry their major: `aerospace.engine@1`. */
export interface TwinType {
  id: string;
  title: string;
  /**
   * Set where the individual is a person: what is known of it is read for a purpose that its consent allows, and for no
   * other. The same in every major.
   */
  personal?: true;
  /** Schema of the properties object. */
  properties: GenericSchema;
  streams: Readonly<Record<string, StreamType>>;
  /** Names of properties that twins are found and sorted by: numbers, texts, booleans or times of the schema's own members. */
  indexed?: readonly string[];
  /** Name of a link and the twin type that it leads to. */
  links: Readonly<Record<string, { to: string; title: string }>>;
  /** Absent where there is no older major, or its twins stay what they are. */
  upgrade?: Upgrade;
}

/** What was learned of one individual, and how sure that is. */
export interface PersonalParameter {
  value: number;
  standardDeviation: number;
  unit: string;
}

export interface Twin {
  id: string;
  type: string;
  /** Counts changes of properties, desired, links, consent and type. Points and predictions do not change it. */
  revision: number;
  /** Counts every event of this twin. */
  sequence: number;
  /** As reported. */
  properties: Readonly<Record<string, unknown>>;
  /** What the properties shall become: as much of them as somebody wants changed. */
  desired: Readonly<Record<string, unknown>>;
  /** By name of the link, the ids of the twins that it leads to. */
  links: Readonly<Record<string, readonly string[]>>;
  parameters: Readonly<Record<string, PersonalParameter>>;
  createdAt: string;
  updatedAt: string;
}

/** One measurement. `(stream, observedAt)` names it; another value there is a correction and both are kept. */
export interface Point {
  stream: string;
  /** When it was measured: RFC 3339, UTC. */
  observedAt: string;
  value: number;
  /** UCUM code; absent means the stream's own unit. */
  unit?: string;
}

/** A stretch of one stream in order of observation: `observedAtMs[i]` (Unix milliseconds) belongs to `values[i]`. */
export interface Series {
  observedAtMs: Float64Array;
  values: Float64Array;
}

/** From `from` (inclusive) to `to` (exclusive), RFC 3339. */
export interface TimeRange {
  from?: string;
  to?: string;
}
