// The bindings of wrangler.toml, written by `npm run generate`. 5dea3f03b7d71299

export interface Env {
  VAULTS: DurableObjectNamespace;
}
