// The bindings of wrangler.toml, written by `npm run generate`. db5365a33079d096

export interface Env {
  VAULTS: DurableObjectNamespace;
  SIGNER: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
