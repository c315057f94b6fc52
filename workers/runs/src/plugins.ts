// The plugins that the deployer bound: every binding whose name begins with PLUGIN_, in order of name. No call of theirs
// is waited for without end.

import { refuse, type Backend, type Manifest } from "@eigentwin/core";
import { servedBackend, type ServedPlugin } from "@eigentwin/core/serve";
import { log } from "@eigentwin/logging";
import { within } from "@eigentwin/objects";

export interface BoundPlugin {
  manifest: Manifest;
  stub: ServedPlugin;
}

const MANIFEST_MS = 5_000;
const ASKING_MS = 30_000;
/** The longest that the platform lets one request compute. */
const SUBMITTING_MS = 300_000;

const PREFIX = "PLUGIN_";

/** Plugin names as the bindings say them: `PLUGIN_AEROSPACE` binds `aerospace`. */
export const nameOf = (binding: string): string => binding.slice(PREFIX.length).toLowerCase().replaceAll("_", "-");

export const boundNames = (env: object): string[] =>
  boundStubs(env)
    .map(([binding]) => nameOf(binding))
    .sort();

/** Every binding of a plugin, in order of name. */
export const boundStubs = (env: object): [binding: string, stub: ServedPlugin][] =>
  Object.entries(env)
    .filter(([name]) => name.startsWith(PREFIX))
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** Asks every plugin who it is. One that does not answer as contract 1 is left out and says so in the log. */
export async function boundPlugins(env: object): Promise<BoundPlugin[]> {
  const asked = await Promise.all(
    boundStubs(env).map(async ([binding, stub]) => {
      try {
        const manifest = await within(MANIFEST_MS, stub.manifest());
        if (manifest.contract === 1) return [{ manifest, stub }];
        log("error", "plugin has another contract", { binding, contract: manifest.contract });
      } catch (error) {
        log("error", "plugin does not answer", { binding, error });
      }
      return [];
    }),
  );
  return asked.flat();
}

/** A backend as a run was given it. */
export async function backendNamed(
  env: object,
  { name, plugin }: { name: string; plugin: { name: string } },
): Promise<Backend> {
  const owner = (await boundPlugins(env)).find(({ manifest }) => manifest.name === plugin.name);
  return owner ? boundBackend(owner, name) : refuse("backend.unavailable", `plugin ${plugin.name} does not answer`);
}

export function boundBackend({ stub }: BoundPlugin, name: string): Backend {
  const served = servedBackend(stub, name);
  return {
    describe: () => within(ASKING_MS, served.describe()),
    quote: (program) => within(ASKING_MS, served.quote(program)),
    submit: (program, key) => within(SUBMITTING_MS, served.submit(program, key)),
    find: (key) => within(ASKING_MS, served.find(key)),
    check: (ticket) => within(ASKING_MS, served.check(ticket)),
    cancel: (ticket) => within(ASKING_MS, served.cancel(ticket)),
  };
}
