// The bindings of wrangler.toml, written by `npm run generate`. 98f6686202caad24

export interface Env {
  INDEX: D1Database;
  WEBHOOK_LOOPBACK: string;
  FEEDS: DurableObjectNamespace;
  ENDPOINTS: DurableObjectNamespace;
  VAULTS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
