// The bindings of wrangler.toml, written by `npm run generate`. 974043e341a7c83f

export interface Env {
  INDEX: D1Database;
  WEBHOOK_LOOPBACK: string;
  FEEDS: DurableObjectNamespace;
  ENDPOINTS: DurableObjectNamespace;
  HOOKS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
