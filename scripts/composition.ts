// The section of a Worker's `wrangler.toml` that is copied from the root one: databases, buckets, the list of plugins.

import { stringify } from "smol-toml";
import type { WranglerConfig } from "./wrangler-config.ts";

export type Part = "services" | "d1_databases" | "r2_buckets";

export const USERS: Readonly<Record<string, readonly Part[]>> = {
  "workers/events": ["d1_databases"],
  "workers/gateway": ["d1_databases", "r2_buckets"],
  "workers/runs": ["services", "d1_databases", "r2_buckets"],
  "workers/twins": ["d1_databases", "r2_buckets"],
};

const FIRST = "# composed from ../../wrangler.toml";
const LAST = "# end of composition";

/** Paths in a configuration are relative to it. Tables rather than inline lists, so that the section may stand anywhere. */
function sectionOf(composition: WranglerConfig, parts: readonly Part[]): string {
  const databases = composition.d1_databases?.map(({ migrations_dir, ...database }) => ({
    ...database,
    ...(migrations_dir && { migrations_dir: `../../${migrations_dir}` }),
  }));
  const whole: Record<Part, unknown[] | undefined> = {
    services: composition.services,
    d1_databases: databases,
    r2_buckets: composition.r2_buckets,
  };
  const blocks = parts.flatMap((part) => (whole[part] ?? []).map((binding) => stringify({ [part]: [binding] }).trim()));
  return [FIRST, blocks.join("\n\n"), LAST].join("\n");
}

/** `text` with its section replaced, or appended where there is none. */
export function composed(text: string, composition: WranglerConfig, parts: readonly Part[]): string {
  const section = sectionOf(composition, parts);
  const from = text.indexOf(FIRST);
  const to = text.indexOf(LAST);
  if (from < 0 !== to < 0 || to < from) throw new Error(`"${FIRST}" and "${LAST}" do not pair up`);
  return from < 0 ? `${text.trimEnd()}\n\n${section}\n` : text.slice(0, from) + section + text.slice(to + LAST.length);
}
