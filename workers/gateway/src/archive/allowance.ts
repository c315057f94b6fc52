// How much of an archive a deployment takes: what waits for a manifest that never comes is paid for by the deployment.

import { refuse } from "@eigentwin/core";
import type { ListedMember } from "./layout.ts";

export const MOST_MEMBERS = 50_000;
export const MOST_BYTES = 32 * 1024 ** 3;

/** Of one tenant under restore; a member that comes again replaces the earlier one. */
export class Allowance {
  readonly #sizes: Map<string, number>;
  #bytes: number;

  constructor(there: readonly ListedMember[]) {
    this.#sizes = new Map(there.map(({ path, bytes }) => [path, bytes]));
    this.#bytes = there.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Refuses what is too much before it is read. */
  take(path: string, bytes: number): void {
    const known = this.#sizes.get(path);
    const total = this.#bytes - (known ?? 0) + bytes;
    const members = this.#sizes.size + (known === undefined ? 1 : 0);
    if (total > MOST_BYTES || members > MOST_MEMBERS)
      refuse("archive.too-large", `a restore takes at most ${MOST_MEMBERS} members and ${MOST_BYTES} bytes in all`, {
        at: path,
        hint: "Give this restore up: DELETE /v1/tenants/{id}.",
      });
    this.#sizes.set(path, bytes);
    this.#bytes = total;
  }
}
