// The plugins that the deployer bound: every binding whose name begins with PLUGIN_, in order of name. No call of theirs
// is waited for without end.

import {
  checkManifest,
  clashBetween,
  NO_SECRETS,
  refuse,
  Refusal,
  type Backend,
  type BackendAccess,
  type Manifest,
} from "@eigentwin/core";
import { servedBackend, type ServedPlugin } from "@eigentwin/core/serve";
import { log } from "@eigentwin/logging";
import { within } from "@eigentwin/objects";
import { withoutSecrets } from "./secrets.ts";

export interface BoundPlugin {
  manifest: Manifest;
  stub: ServedPlugin;
}

const MANIFEST_MS = 5_000;
const ASKING_MS = 30_000;
/** The longest that the platform lets one request compute. */
const SUBMITTING_MS = 300_000;

const PREFIX = "PLUGIN_";

/** A binding that is left out, and why. */
export interface RefusedPlugin {
  binding: string;
  name: string;
  reason: string;
}

export interface Registration {
  plugins: BoundPlugin[];
  refused: RefusedPlugin[];
  /** Bound, and not answering now: nothing new is known of them. */
  silent: RefusedPlugin[];
}

/** `PLUGIN_AEROSPACE` binds `aerospace`. */
const nameOf = (binding: string): string => binding.slice(PREFIX.length).toLowerCase().replaceAll("_", "-");

/** Asks every plugin who it is. What is no manifest, or claims what an earlier one has, is refused by name. */
export async function registerPlugins(env: object): Promise<Registration> {
  const bindings = Object.entries(env)
    .filter(([binding]) => binding.startsWith(PREFIX))
    .sort(([a], [b]) => (a < b ? -1 : 1)) as [string, ServedPlugin][];
  const answers = await Promise.all(bindings.map(([binding, stub]) => manifestOf(binding, stub)));
  const registration: Registration = { plugins: [], refused: [], silent: [] };
  for (const { binding, stub, manifest, silence } of answers) {
    const name = nameOf(binding);
    if (silence !== undefined) registration.silent.push({ binding, name, reason: silence });
    else
      try {
        const checked = checkManifest(manifest, name);
        mustNotClash(checked, registration.plugins);
        registration.plugins.push({ manifest: checked, stub });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        registration.refused.push({ binding, name, reason: error.failure.message });
      }
  }
  return registration;
}

interface Introduction {
  binding: string;
  stub: ServedPlugin;
  manifest?: unknown;
  silence?: string;
}

async function manifestOf(binding: string, stub: ServedPlugin): Promise<Introduction> {
  try {
    return { binding, stub, manifest: await within(MANIFEST_MS, stub.manifest()) };
  } catch (error) {
    return { binding, stub, silence: `it does not answer: ${String(error)}` };
  }
}

function mustNotClash(manifest: Manifest, earlier: readonly BoundPlugin[]): void {
  for (const { manifest: other } of earlier) {
    const claim = clashBetween(other, manifest);
    if (claim !== undefined)
      refuse(
        "plugin.broke-contract",
        `${claim} belongs to ${other.name}, which is bound before it: take one of them out`,
      );
  }
}

/** Those that can be relied on. Each one that is left out says so in the log. */
export async function boundPlugins(env: object): Promise<BoundPlugin[]> {
  const { plugins, refused, silent } = await registerPlugins(env);
  for (const { binding, reason } of [...refused, ...silent]) log("error", "plugin is left out", { binding, reason });
  return plugins;
}

/** The plugin that serves a backend, and what the backend says of itself. */
export async function backendOwner(
  env: object,
  { name, plugin }: { name: string; plugin: { name: string } },
): Promise<{ owner: BoundPlugin; description: Manifest["backends"][number] }> {
  const owner = (await boundPlugins(env)).find(({ manifest }) => manifest.name === plugin.name);
  const description = owner?.manifest.backends.find((backend) => backend.name === name);
  if (!owner || !description) return refuse("backend.unavailable", `plugin ${plugin.name} does not answer`);
  return { owner, description };
}

/** A backend as a run is given it: it gets the tenant's secrets with every call, and says none of them again. */
export function boundBackend({ stub }: BoundPlugin, name: string, access: BackendAccess = NO_SECRETS): Backend {
  const served = servedBackend(stub, name);
  const asking = <T>(ms: number, call: Promise<T>): Promise<T> => withoutSecrets(access, within(ms, call));
  return {
    describe: () => asking(ASKING_MS, served.describe()),
    quote: (program) => asking(ASKING_MS, served.quote(program)),
    submit: (program, key) => asking(SUBMITTING_MS, served.submit(program, key, access)),
    find: (key) => asking(ASKING_MS, served.find(key, access)),
    check: (ticket) => asking(ASKING_MS, served.check(ticket, access)),
    cancel: (ticket) => asking(ASKING_MS, served.cancel(ticket, access)),
  };
}
