// The bindings of wrangler.toml, written by `npm run generate`. ed770f9ac4e58c55

export interface Env {
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
}
