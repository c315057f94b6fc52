// The bindings of wrangler.toml, written by `npm run generate`. fd3977deb1059c21

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
