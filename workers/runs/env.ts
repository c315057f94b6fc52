// The bindings of wrangler.toml, written by `npm run generate`. fead75d88725975a

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  TWINS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  PLUGIN_STATEVECTOR: Fetcher /* eigentwin-statevector */;
  PLUGIN_ALGORITHMS: Fetcher /* eigentwin-algorithms */;
  PLUGIN_AEROSPACE: Fetcher /* eigentwin-aerospace */;
  PLUGIN_REFERENCE: Fetcher /* eigentwin-reference */;
}
