// The plugins that the deployer bound: every binding whose name begins with PLUGIN_, in order of name. No call of theirs
// is waited for without end.

import { refuse, type Backend, type Manifest } from "@eigentwin/core";
import { servedBackend, type ServedPlugin } from "@eigentwin/core/serve";

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
export const boundNames = (env: object): string[] =>
  Object.keys(env)
    .filter((binding) => binding.startsWith(PREFIX))
    .map((binding) => binding.slice(PREFIX.length).toLowerCase().replaceAll("_", "-"))
    .sort();

/** Asks every plugin who it is. One that does not answer as contract 1 is left out and says so in the log. */
export async function boundPlugins(env: object): Promise<BoundPlugin[]> {
  const bindings = Object.entries(env)
    .filter(([name]) => name.startsWith(PREFIX))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const asked = await Promise.all(
    bindings.map(async ([binding, stub]: [string, ServedPlugin]) => {
      try {
        const manifest = await within(MANIFEST_MS, stub.manifest());
        if (manifest.contract === 1) return [{ manifest, stub }];
        complain("plugin has another contract", binding, String(manifest.contract));
      } catch (error) {
        complain("plugin does not answer", binding, String(error));
      }
      return [];
    }),
  );
  return asked.flat();
}

const complain = (what: string, binding: string, error: string) =>
  console.error(JSON.stringify({ level: "error", what, binding, error }));

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

/** Rejects when `call` has not settled in time. */
export async function within<T>(ms: number, call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}
