// The bindings of wrangler.toml, written by `npm run generate`. f33c8832af259df6

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
