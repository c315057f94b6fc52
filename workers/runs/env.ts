// The bindings of wrangler.toml, written by `npm run generate`. d6569a43676246e2

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  UPGRADES: DurableObjectNamespace;
  TENANTS: DurableObjectNamespace;
  TWINS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  SIGNER: DurableObjectNamespace;
  PLUGIN_STATEVECTOR: Fetcher /* eigentwin-statevector */;
  PLUGIN_ALGORITHMS: Fetcher /* eigentwin-algorithms */;
  PLUGIN_AEROSPACE: Fetcher /* eigentwin-aerospace */;
  PLUGIN_REFERENCE: Fetcher /* eigentwin-reference */;
}
