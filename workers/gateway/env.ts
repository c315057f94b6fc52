// The bindings of wrangler.toml, written by `npm run generate`. 7e6f1756e25b5a1a

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
}
