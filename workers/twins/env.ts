// The bindings of wrangler.toml, written by `npm run generate`. 16718322decaca06

export interface Env {
  INDEX: D1Database;
  TWINS: DurableObjectNamespace<import("./src/worker").TwinObject>;
}
