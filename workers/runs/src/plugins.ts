// The plugins that the deployer bound: every binding whose name begins with PLUGIN_, in order of name. No call of theirs
// is waited for without end.

import { NO_SECRETS, refuse, type Backend, type BackendAccess, type Manifest } from "@eigentwin/core";
import { servedBackend, type ServedPlugin } from "@eigentwin/core/serve";
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
