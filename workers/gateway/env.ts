// The bindings of wrangler.toml, written by `npm run generate`. b7dc03049a3fb9b0

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
  HOOKS: DurableObjectNamespace;
}
