// The bindings of wrangler.toml, written by `npm run generate`. 0490d2d6a5e37cd6

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  ALLOWED_ORIGINS: string;
  TWINS: DurableObjectNamespace;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  UPGRADES: DurableObjectNamespace;
  TENANTS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  SIGNER: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
