export { LimiterObject } from "./limiter-object.ts";
export { MetricsObject } from "./metrics-object.ts";
export { SignerObject } from "./signer-object.ts";
export { VaultObject } from "./vault-object.ts";

/** Reached through its objects only. */
export default { fetch: () => new Response(null, { status: 404 }) } satisfies ExportedHandler;
