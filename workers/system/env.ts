// The bindings of wrangler.toml, written by `npm run generate`. bc92aa88bd6cd580

export interface Env {
  VAULTS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
