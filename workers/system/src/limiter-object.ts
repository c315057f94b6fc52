// Counts the requests of one key, or of one tenant: a bucket of tokens that fills evenly, out of which the isolates of the
// gateway take a few at a time. It is held in memory alone: an object that has been away begins with a full one.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "../env.ts";
import type { LimiterService, Quota, TokenLease } from "./contract.ts";
import { full, lease, type Bucket } from "./token-bucket.ts";

export class LimiterObject extends DurableObject<Env> implements LimiterService {
  #bucket: Bucket | undefined;

  async lease(quota: Quota, wanted: number): Promise<TokenLease> {
    const nowMs = Date.now();
    const { bucket, ...given } = lease(this.#bucket ?? full(quota, nowMs), quota, wanted, nowMs);
    this.#bucket = bucket;
    return given;
  }
}
