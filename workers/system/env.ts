// The bindings of wrangler.toml, written by `npm run generate`. e54c2bb302ca6bda

export interface Env {
  VAULTS: DurableObjectNamespace;
  SIGNER: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
  LIMITERS: DurableObjectNamespace;
}
