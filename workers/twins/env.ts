// The bindings of wrangler.toml, written by `npm run generate`. 98c9e6c8438a5618

export interface Env {
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  FEEDS: DurableObjectNamespace;
}
