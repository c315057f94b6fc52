// Brings twins to a newer major of their type, by the functions of their plugin. Holds nothing: the twin keeps what came of it.

import { DurableObject } from "cloudflare:workers";
import {
  fail,
  faultOf,
  newestPath,
  Refusal,
  refuse,
  succeed,
  unwrap,
  upgradePath,
  type Failure,
  type Manifest,
  type Outcome,
} from "@eigentwin/core";
import { within } from "@eigentwin/objects";
import { twinOf, type TwinSubject } from "@eigentwin/twins";
import type { Env } from "../env.ts";
import type { UpgradeRequest, UpgradeService } from "./contract.ts";
import { boundPlugins, type BoundPlugin } from "./plugins.ts";

type DeclaredType = Manifest["twinTypes"][number];

const UPGRADING_MS = 10_000;
/** So often a twin may change while it is being upgraded. */
const MOST_TRIES = 5;

export class UpgradeObject extends DurableObject<Env> implements UpgradeService {
  async upgrade({ tenant, id, to, author }: UpgradeRequest): Promise<Outcome<TwinSubject>> {
    const twin = twinOf(this.env.TWINS, tenant, id);
    const plugins = await boundPlugins(this.env);
    const types = plugins.flatMap(({ manifest }) => manifest.twinTypes);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const found = await twin.subject();
      if (!found.ok) return found;
      const { type, revision, properties } = found.value;
      const path = to === undefined ? newestPath(types, type) : upgradePath(types, type, to);
      if (!path) return noWay(type, to);
      const last = path.at(-1);
      if (!last) return found;
      const made = await upgradeAlong(path, properties, plugins);
      const hops = path.map(({ id: into, personal, streams, links, upgradesFrom }) => ({
        type: { id: into, streams, ...(personal && { personal }) },
        renamed: upgradesFrom?.streams ?? {},
        links: Object.keys(links),
      }));
      const done = made.ok ? await twin.upgrade({ revision, hops, properties: made.value, author }) : made;
      if (!done.ok) {
        unwrap(await twin.noteUpgradeFailure({ to: last.id, failure: done.failure }));
        return failed(id, type, last.id, done.failure);
      }
      if (done.value !== "changed") return succeed(done.value);
    }
    return fail("platform.fault", `twin ${id} changed each time that it was about to be upgraded`);
  }
}

/** Each major in turn, and each result held to what that major publishes. */
async function upgradeAlong(
  path: readonly DeclaredType[],
  properties: Readonly<Record<string, unknown>>,
  plugins: readonly BoundPlugin[],
): Promise<Outcome<Record<string, unknown>>> {
  let made: Record<string, unknown> = properties;
  try {
    for (const { id, properties: schema } of path) {
      const owner = plugins.find(({ manifest }) => manifest.twinTypes.some((type) => type.id === id));
      if (!owner) return fail("twin.type-unknown", `no bound plugin declares ${id}`);
      made = unwrap(await answerOf(owner, id, made));
      const fault = faultOf(schema, made);
      if (fault) refuse("plugin.broke-contract", `the published schema of ${id} refuses it: ${fault}`, { at: id });
    }
    return succeed(made);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, failure: error.failure };
    throw error;
  }
}

async function answerOf(
  { stub, manifest }: BoundPlugin,
  type: string,
  properties: Record<string, unknown>,
): Promise<Outcome<Record<string, unknown>>> {
  try {
    return await within(UPGRADING_MS, stub.upgradeTwin(type, properties));
  } catch (error) {
    return fail("plugin.never-settled", `plugin ${manifest.name} does not answer: ${String(error)}`, { at: type });
  }
}

const noWay = (from: string, to: string | undefined) =>
  fail("twin.no-upgrade", `no bound plugin upgrades a ${from} to a ${to}`, {
    at: "/to",
    hint: "GET /v1/twin-types says by `upgradesFrom` what is upgraded to what.",
  });

const failed = (id: string, from: string, to: string, why: Failure) =>
  fail("twin.upgrade-failed", `twin ${id} could not become a ${to}: ${why.message}`, {
    ...(why.at !== undefined && { at: why.at }),
    hint: `It stays a ${from}, and all that is asked of that goes on. The upgrade is tried again when it is next needed.`,
  });
