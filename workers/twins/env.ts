// The bindings of wrangler.toml, written by `npm run generate`. a88de20dfcf48bf7

export interface Env {
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
