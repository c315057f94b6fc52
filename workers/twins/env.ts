// The bindings of wrangler.toml, written by `npm run generate`. 6bdfdf5a5af58109

export interface Env {
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
