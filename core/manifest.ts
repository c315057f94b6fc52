// Registration: what a bound Worker says of itself is checked to the last member before anything relies on it.

import * as v from "valibot";
import { durationMs } from "./duration.ts";
import { refuse } from "./failure.ts";
import type { Manifest } from "./plugin.ts";
import { kindsOfProperties } from "./query/kinds.ts";
import { parse } from "./shape.ts";
import { OPERATION_NAMES } from "./program/operation.ts";
import { PROGRAM_KINDS } from "./program/program.ts";
import { baseOf, isVersionedId, majorOf } from "./versioned-id.ts";

/** The contract that this platform speaks. */
const CONTRACT = 1;

/** A tolerance beyond it would let a wrong answer pass. */
const MOST_ROUNDING = 1e-4;

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const kinds = v.array(v.picklist(PROGRAM_KINDS));
const jsonSchema = v.record(v.string(), v.unknown());
const versioned = v.pipe(
  v.string(),
  v.check((id) => isVersionedId(id, id.split(".")[0] ?? ""), "an id is <plugin>.<name>@<major>"),
);
const retention = v.pipe(
  v.string(),
  v.check((duration) => durationMs(duration) !== undefined, "a retention is a duration such as P90D"),
);
const text = v.pipe(v.string(), v.nonEmpty("it is empty"));

/** A twin is written as a whole, and its type is kept with it. */
const MOST_STREAMS = 500;
const MOST_LINKS = 100;
const twinType = v.looseObject({
  id: versioned,
  title: text,
  personal: v.optional(v.literal(true)),
  properties: jsonSchema,
  indexed: v.optional(v.array(v.string())),
  streams: v.pipe(
    v.record(v.string(), v.looseObject({ title: v.string(), unit: text, retention: v.optional(retention) })),
    v.maxEntries(MOST_STREAMS, `a twin type has at most ${MOST_STREAMS} streams`),
  ),
  links: v.pipe(
    v.record(v.string(), v.looseObject({ to: versioned, title: v.string() })),
    v.maxEntries(MOST_LINKS, `a twin type has at most ${MOST_LINKS} links`),
  ),
  upgradesFrom: v.optional(v.looseObject({ type: versioned, streams: v.record(v.string(), v.string()) })),
});

const capability = v.looseObject({
  id: versioned,
  title: text,
  subject: v.variant("kind", [
    v.looseObject({ kind: v.literal("twin"), type: versioned }),
    v.looseObject({ kind: v.literal("dataset") }),
  ]),
  input: jsonSchema,
  result: jsonSchema,
  needs: v.looseObject({ backend: v.optional(v.looseObject({ kinds, qubits: count })) }),
  reads: v.optional(v.array(versioned)),
  patienceMs: v.pipe(finite, v.gtValue(0)),
});

const backend = v.looseObject({
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, "a backend is named by a kebab-case word")),
  title: text,
  qubits: count,
  gates: v.array(v.picklist(OPERATION_NAMES)),
  controls: v.optional(count),
  kinds,
  exact: v.boolean(),
  tolerance: v.optional(v.pipe(finite, v.minValue(0), v.maxValue(MOST_ROUNDING, "more than rounding is noise"))),
  noise: v.string(),
  prices: v.looseObject({
    currency: v.pipe(v.string(), v.length(3)),
    perProgram: v.pipe(finite, v.minValue(0)),
    perShot: v.pipe(finite, v.minValue(0)),
    asOf: v.string(),
    source: v.string(),
  }),
  queueMs: v.pipe(finite, v.minValue(0)),
  submission: v.picklist(["once", "findable", "unsure"]),
  sameSeedSameAnswer: v.boolean(),
  annealOptions: v.optional(v.record(v.string(), text)),
  secrets: v.optional(v.array(text)),
});

const manifestSchema = v.looseObject({
  name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/, "a plugin is named by a kebab-case word")),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, "a version is semantic, for example 1.0.0")),
  title: text,
  twinTypes: v.array(twinType),
  capabilities: v.array(capability),
  backends: v.array(backend),
  readers: v.array(v.looseObject({ id: v.string(), title: text, mediaTypes: v.array(v.string()) })),
});

/** Refuses what is no manifest of this contract, or belongs to another plugin than `boundAs`. */
export function checkManifest(value: unknown, boundAs: string): Manifest {
  // First: of another contract nothing else can be expected to hold.
  const contract = typeof value === "object" && value !== null && "contract" in value ? value.contract : undefined;
  if (contract !== CONTRACT)
    broken(
      `it speaks contract ${JSON.stringify(contract)}, this platform speaks ${CONTRACT}: ` +
        `deploy a build of the plugin against @eigentwin/core with contract ${CONTRACT}, or upgrade the platform`,
    );
  const manifest = parse(manifestSchema, value, (where, why) =>
    broken(`its manifest is not right at ${where === "" ? "/" : where}: ${why}`),
  ) as Manifest;
  checkNames(manifest, boundAs);
  return manifest;
}

function checkNames({ name, twinTypes, capabilities, readers, backends }: Manifest, boundAs: string): void {
  if (name !== boundAs)
    broken(`it is bound as ${boundAs} and calls itself ${name}: name the binding after it, or bind another service`);
  for (const { id } of [...twinTypes, ...capabilities])
    if (!isVersionedId(id, name)) broken(`"${id}" is not of the form ${name}.<name>@<major>`);
  for (const { id } of readers)
    if (!new RegExp(`^${name}\\.[a-z0-9-]+$`).test(id)) broken(`reader "${id}" is not of the form ${name}.<name>`);
  for (const { id, upgradesFrom } of twinTypes)
    if (upgradesFrom && (baseOf(upgradesFrom.type) !== baseOf(id) || majorOf(upgradesFrom.type) >= majorOf(id)))
      broken(`${id} upgrades "${upgradesFrom.type}", which is no older major of it`);
  for (const type of twinTypes) kindsOfProperties(type);
  const ids = claimsOf({ twinTypes, capabilities, readers, backends });
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) broken(`it declares ${twice} twice`);
}

/** What two plugins both claim. */
export const clashBetween = (one: Manifest, other: Manifest): string | undefined =>
  claimsOf(one).find((claim) => claimsOf(other).includes(claim));

function claimsOf(manifest: Pick<Manifest, "twinTypes" | "capabilities" | "readers" | "backends">): string[] {
  const { twinTypes, capabilities, readers, backends } = manifest;
  return [
    ...twinTypes.map(({ id }) => `twin type ${id}`),
    ...capabilities.map(({ id }) => `capability ${id}`),
    ...readers.map(({ id }) => `reader ${id}`),
    ...backends.map(({ name }) => `backend ${name}`),
  ];
}

const broken = (why: string): never => refuse("plugin.broke-contract", why);
