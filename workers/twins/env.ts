// The bindings of wrangler.toml, written by `npm run generate`. 71a8cc11cb5232a0

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  FEEDS: DurableObjectNamespace;
}
