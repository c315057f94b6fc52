// The bindings of wrangler.toml, written by `npm run generate`. 5919a9c197cd5bc1

export interface Env {
  INDEX: D1Database;
  WEBHOOK_LOOPBACK: string;
  FEEDS: DurableObjectNamespace;
  ENDPOINTS: DurableObjectNamespace;
  HOOKS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
