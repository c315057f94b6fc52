// The bindings of wrangler.toml, written by `npm run generate`. bd01cee469e4e2aa

export interface Env {
  VAULTS: DurableObjectNamespace;
  SIGNER: DurableObjectNamespace;
}
