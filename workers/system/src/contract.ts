// What other Workers may ask of the deployment's own objects. Keys are made there and never leave.

import type { KeySet, Outcome, Signature } from "@eigentwin/core";
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

/** Signs for the deployment as a whole. */
export interface SignerService {
  sign(bytes: Uint8Array): Promise<Signature>;
  /** Every key whose signatures stand: the one in use, those retired, and those adopted. */
  publicKeys(): Promise<KeySet>;
  /** From now on another key signs, and the private part of the one before is gone. */
  rotate(): Promise<void>;
  /** Takes over the public keys of the deployment from which signed evidence was restored. Own keys stay own. */
  adopt(keys: KeySet): Promise<Outcome<undefined>>;
}

/** One signer a deployment. */
export const signerOf = (namespace: DurableObjectNamespace): SignerService =>
  namespace.getByName("signer") as unknown as SignerService;

/** One for the deployment. */
export const metricsOf = (namespace: DurableObjectNamespace): MetricsService =>
  namespace.getByName("metrics") as unknown as MetricsService;

/** So many requests in so many seconds. */
export interface Quota {
  requests: number;
  seconds: number;
}

export interface TokenLease {
  /** How many requests may be let in now. */
  granted: number;
  /** What was left for others. */
  left: number;
  /** When there is a token again; 0 where there is one. */
  nextMs: number;
  /** When all of them are there again, if nobody asks. */
  fullMs: number;
}

export interface LimiterService {
  lease(quota: Quota, wanted: number): Promise<TokenLease>;
}

/** One a key, and one a tenant. */
export const limiterOf = (namespace: DurableObjectNamespace, name: string): LimiterService =>
  namespace.getByName(name) as unknown as LimiterService;

/** The name under which a credential is sealed, so that one cannot stand in for another. */
export const credentialName = (plugin: string, name: string): string => `${plugin}/${name}`;
