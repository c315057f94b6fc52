// The bindings of wrangler.toml, written by `npm run generate`. c1f7a181da37cd87

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
}
