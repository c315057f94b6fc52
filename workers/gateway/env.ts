// The bindings of wrangler.toml, written by `npm run generate`. 46d518da54dbec54

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
}
