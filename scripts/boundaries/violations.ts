// All that a tree of the repository does against its own arrows, one sentence each.

import { existsSync, globSync } from "node:fs";
import { basename, join } from "node:path";
import { readConfig, readWorkers } from "../wrangler-config.ts";
import { bindingViolations } from "./bindings.ts";
import { importViolations } from "./imports.ts";
import { logViolations } from "./logs.ts";
import { nameViolations } from "./names.ts";
import { outboundViolations } from "./outbound.ts";
import { readPackages, readSources } from "./sources.ts";

export function violations(root: string): string[] {
  const sources = readSources(root);
  const workers = readWorkers(root, "workers");
  const list = join(root, "wrangler.toml");
  const composition = existsSync(list) ? readConfig(list).config : {};
  const plugins = globSync("plugins/*/package.json", { cwd: root }).map((file) => basename(join(file, "..")));
  return [
    ...importViolations(sources, readPackages(root)),
    ...bindingViolations([...workers, ...readWorkers(root, "plugins")], composition),
    ...nameViolations(sources, workers, plugins),
    ...logViolations(sources),
    ...outboundViolations(sources),
  ];
}
