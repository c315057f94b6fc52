// The bindings of wrangler.toml, written by `npm run generate`. a3e7fb402992b093

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  UPGRADES: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
}
