// The bindings of wrangler.toml, written by `npm run generate`. b43793c4736db596

export interface Env {
  BODIES: R2Bucket;
  INDEX: D1Database;
  TWINS: DurableObjectNamespace;
  METRICS: DurableObjectNamespace;
}
