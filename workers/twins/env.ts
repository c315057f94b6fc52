// The bindings of wrangler.toml, written by `npm run generate`. d80b3fa3da8af8d7

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  FEEDS: DurableObjectNamespace;
}
