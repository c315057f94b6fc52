// The deployment's signature: an Ed25519 key pair, made at the first signing; its private part never leaves this object.

import { DurableObject } from "cloudflare:workers";
import {
  base64Url,
  fail,
  publicKeyOf,
  readKeySet,
  Refusal,
  succeed,
  type KeySet,
  type Outcome,
  type Signature,
} from "@eigentwin/core";
import { exists, prepareStorage } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import type { SignerService } from "./contract.ts";
import { SIGNER_STEPS } from "./steps.ts";

const ALGORITHM = "Ed25519";
/** Of other deployments, in all: anybody may publish a key under our name who gets one in. */
const MOST_ADOPTED = 16;

interface KeyRow extends Record<string, SqlStorageValue> {
  id: string;
  x: string;
  made_at: string | null;
  retired_at: string | null;
  adopted_at: string | null;
}

interface KeyPair {
  id: string;
  private: ArrayBuffer;
}

export class SignerObject extends DurableObject<Env> implements SignerService {
  async sign(bytes: Uint8Array): Promise<Signature> {
    const pair = this.#inUse() ?? (await this.#makeFirst());
    const key = await crypto.subtle.importKey("pkcs8", pair.private, ALGORITHM, false, ["sign"]);
    const value = await crypto.subtle.sign(ALGORITHM, key, bytes as Uint8Array<ArrayBuffer>);
    return { keyId: pair.id, algorithm: ALGORITHM, value: base64Url(new Uint8Array(value)) };
  }

  async publicKeys(): Promise<KeySet> {
    return { keys: await Promise.all(this.#rows().map(published)) };
  }

  async rotate(): Promise<void> {
    const made = await makePair();
    this.#keep(made, () =>
      this.ctx.storage.sql.exec(
        "UPDATE signing_key SET private = NULL, retired_at = ? WHERE private IS NOT NULL",
        made.at,
      ),
    );
  }

  async adopt(keys: KeySet): Promise<Outcome<undefined>> {
    try {
      const { keys: foreign } = await readKeySet(keys);
      const now = new Date().toISOString();
      const known = this.#rows();
      const ids = new Set(known.map(({ id }) => id));
      const adopted = known.filter(({ adopted_at }) => adopted_at !== null).length;
      const unknown = new Set(foreign.map(({ kid }) => kid).filter((kid) => !ids.has(kid))).size;
      if (adopted + unknown > MOST_ADOPTED)
        return fail(
          "archive.too-large",
          `${unknown} keys of other deployments would be adopted beside ${adopted}, at most ${MOST_ADOPTED} in all`,
          { hint: "Leave out keys that signed nothing of this tenant, or restore into a deployment of its own." },
        );
      prepareStorage(this.ctx.storage, SIGNER_STEPS, () => {
        for (const { kid, x, madeAt, retiredAt } of foreign)
          this.ctx.storage.sql.exec(
            "INSERT OR IGNORE INTO signing_key VALUES (?, ?, NULL, ?, ?, ?)",
            kid,
            x,
            madeAt ?? null,
            retiredAt ?? null,
            now,
          );
      });
      return succeed(undefined);
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, failure: error.failure };
      throw error;
    }
  }

  #rows(): KeyRow[] {
    if (!exists(this.ctx.storage)) return [];
    return this.ctx.storage.sql
      .exec<KeyRow>("SELECT id, x, made_at, retired_at, adopted_at FROM signing_key ORDER BY rowid")
      .toArray();
  }

  #inUse(): KeyPair | undefined {
    const { storage } = this.ctx;
    if (!exists(storage)) return undefined;
    const [pair] = storage.sql
      .exec<{ id: string; private: ArrayBuffer }>("SELECT id, private FROM signing_key WHERE private IS NOT NULL")
      .toArray();
    return pair;
  }

  /** Two first signings may get here at once: the pair of one of them is kept, and both use it. */
  async #makeFirst(): Promise<KeyPair> {
    const made = await makePair();
    const first = this.#inUse();
    if (first) return first;
    this.#keep(made);
    return made;
  }

  #keep({ id, x, private: secret, at }: MadePair, before: () => void = () => {}): void {
    prepareStorage(this.ctx.storage, SIGNER_STEPS, () => {
      before();
      this.ctx.storage.sql.exec("INSERT INTO signing_key VALUES (?, ?, ?, ?, NULL, NULL)", id, x, secret, at);
    });
  }
}

interface MadePair extends KeyPair {
  x: string;
  at: string;
}

async function makePair(): Promise<MadePair> {
  const pair = (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
  const point = (await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer;
  const secret = (await crypto.subtle.exportKey("pkcs8", pair.privateKey)) as ArrayBuffer;
  const { kid, x } = await publicKeyOf(base64Url(new Uint8Array(point)));
  return { id: kid, x, private: secret, at: new Date().toISOString() };
}

const published = async ({ x, made_at, retired_at, adopted_at }: KeyRow) => ({
  ...(await publicKeyOf(x)),
  ...(made_at !== null && { madeAt: made_at }),
  ...(retired_at !== null && { retiredAt: retired_at }),
  ...(adopted_at !== null && { adoptedAt: adopted_at }),
});
