// The bindings of wrangler.toml, written by `npm run generate`. 930f553f0fe1244b

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
}
