// The bindings of wrangler.toml, written by `npm run generate`. 80cda35cc8167b6d

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace<import("../twins/src/worker").TwinObject>;
  RUNS: DurableObjectNamespace<import("../runs/src/worker").RunObject>;
  CATALOGUE: DurableObjectNamespace<import("../runs/src/worker").CatalogueObject>;
  READERS: DurableObjectNamespace<import("../runs/src/worker").ReaderObject>;
}
