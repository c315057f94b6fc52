// The bindings of wrangler.toml, written by `npm run generate`. 23465fdccbfa50b9

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  UPGRADES: DurableObjectNamespace;
  TENANTS: DurableObjectNamespace;
  ERASURES: DurableObjectNamespace;
  TWINS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  SIGNER: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  FEEDS: DurableObjectNamespace;
  HOOKS: DurableObjectNamespace;
  PLUGIN_STATEVECTOR: Fetcher /* eigentwin-statevector */;
  PLUGIN_ANNEALER: Fetcher /* eigentwin-annealer */;
  PLUGIN_ALGORITHMS: Fetcher /* eigentwin-algorithms */;
  PLUGIN_AEROSPACE: Fetcher /* eigentwin-aerospace */;
  PLUGIN_REFERENCE: Fetcher /* eigentwin-reference */;
}
