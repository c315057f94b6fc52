// Which Worker may bind which. The table has no cycle, so bindings that keep to it have none.

import { boundBy, type Worker, type WranglerConfig } from "../wrangler-config.ts";

const MAY_BIND: Readonly<Record<string, readonly string[]>> = {
  "workers/gateway": ["workers/runs", "workers/twins", "workers/system", "workers/events"],
  "workers/runs": ["workers/twins", "workers/system", "workers/events", "plugins/*"],
  "workers/twins": ["workers/events", "workers/system"],
  "workers/events": ["workers/system"],
};

export function bindingViolations(all: readonly Worker[], composition: WranglerConfig): string[] {
  const byName = new Map(all.map((worker) => [worker.name, worker]));
  const arrows = all.flatMap((worker) =>
    boundBy(worker).flatMap((name) => {
      const file = `${worker.folder}/wrangler.toml`;
      const to = byName.get(name);
      if (!to) return [`${file} binds "${name}", which no Worker is called`];
      const allowed = MAY_BIND[worker.folder] ?? [];
      const isAllowed =
        allowed.includes(to.folder) || (to.folder.startsWith("plugins/") && allowed.includes("plugins/*"));
      return isAllowed ? [] : [`${file} binds ${to.folder}: it may bind ${allowed.join(", ") || "nothing"}`];
    }),
  );
  const listed = (composition.services ?? []).flatMap(({ service }) =>
    byName.get(service)?.folder.startsWith("plugins/")
      ? []
      : [`wrangler.toml lists "${service}", which no plugin is called`],
  );
  return [...arrows, ...listed];
}
