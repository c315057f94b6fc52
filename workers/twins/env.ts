// The bindings of wrangler.toml, written by `npm run generate`. 454066047806dff8

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  FEEDS: DurableObjectNamespace;
}
