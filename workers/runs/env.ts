// The bindings of wrangler.toml, written by `npm run generate`. 3c3845b3b9005c66

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  RUNS: DurableObjectNamespace<import("./src/worker").RunObject>;
  CATALOGUE: DurableObjectNamespace<import("./src/worker").CatalogueObject>;
  READERS: DurableObjectNamespace<import("./src/worker").ReaderObject>;
  TWINS: DurableObjectNamespace<import("../twins/src/worker").TwinObject>;
  PLUGIN_STATEVECTOR: Fetcher /* eigentwin-statevector */;
  PLUGIN_ALGORITHMS: Fetcher /* eigentwin-algorithms */;
  PLUGIN_AEROSPACE: Fetcher /* eigentwin-aerospace */;
}
