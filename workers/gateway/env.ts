// The bindings of wrangler.toml, written by `npm run generate`. 361869160efbf835

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  ALLOWED_ORIGINS: string;
  RATE_LIMIT_KEY: string;
  RATE_LIMIT_TENANT: string;
  TWINS: DurableObjectNamespace;
  RUNS: DurableObjectNamespace;
  CATALOGUE: DurableObjectNamespace;
  READERS: DurableObjectNamespace;
  UPGRADES: DurableObjectNamespace;
  TENANTS: DurableObjectNamespace;
  ERASURES: DurableObjectNamespace;
  LIMITERS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  SIGNER: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  FEEDS: DurableObjectNamespace;
  ENDPOINTS: DurableObjectNamespace;
}
