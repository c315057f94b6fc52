// What other Workers may ask of the deployment's own objects. Keys are made there and never leave.

import type { Outcome } from "@eigentwin/core";
import type { MetricsService } from "@eigentwin/metrics";

/** Seals what a tenant entrusts to the platform. Destroying the vault makes every copy of what it sealed unreadable. */
export interface VaultService {
  /** AES-256-GCM; the name is bound to the text, so that one sealed text cannot stand in for another. */
  seal(name: string, text: string): Promise<string>;
  /** Refuses what was sealed by another vault or under another name. */
  open(name: string, sealed: string): Promise<Outcome<string>>;
  destroy(): Promise<void>;
}

/** One vault a tenant. */
export const vaultOf = (namespace: DurableObjectNamespace, tenant: string): VaultService =>
  namespace.getByName(tenant) as unknown as VaultService;

/** One for the deployment. */
export const metricsOf = (namespace: DurableObjectNamespace): MetricsService =>
  namespace.getByName("metrics") as unknown as MetricsService;
