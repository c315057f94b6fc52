// A tenant's vault: one AES-256-GCM key (NIST SP 800-38D), made at the first sealing and kept in this object alone.

import { DurableObject } from "cloudflare:workers";
import { fail, succeed, type Outcome } from "@eigentwin/core";
import { exists, prepareStorage } from "@eigentwin/objects";
import type { Env } from "../env.ts";
import type { VaultService } from "./contract.ts";
import { VAULT_STEPS } from "./steps.ts";

const ALGORITHM = "AES-GCM";
const KEY_BYTES = 32;
/** Random for each sealing: a tenant seals far fewer than the 2^32 texts up to which that is safe. */
const IV_BYTES = 12;

export class VaultObject extends DurableObject<Env> implements VaultService {
  async seal(name: string, text: string): Promise<string> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const key = await imported(this.#key() ?? this.#makeKey());
    const sealed = await crypto.subtle.encrypt(parameters(iv, name), key, new TextEncoder().encode(text));
    return new Uint8Array([...iv, ...new Uint8Array(sealed)]).toBase64();
  }

  async open(name: string, sealed: string): Promise<Outcome<string>> {
    const bytes = Uint8Array.fromBase64(sealed);
    const key = this.#key();
    if (!key) return notOurs();
    try {
      const text = await crypto.subtle.decrypt(
        parameters(bytes.slice(0, IV_BYTES), name),
        await imported(key),
        bytes.slice(IV_BYTES),
      );
      return succeed(new TextDecoder().decode(text));
    } catch {
      return notOurs();
    }
  }

  async destroy(): Promise<void> {
    await this.ctx.storage.deleteAll();
  }

  #key(): ArrayBuffer | undefined {
    const { storage } = this.ctx;
    return exists(storage) ? storage.sql.exec<{ key: ArrayBuffer }>("SELECT key FROM vault").one().key : undefined;
  }

  #makeKey(): ArrayBuffer {
    const { buffer } = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    prepareStorage(this.ctx.storage, VAULT_STEPS, () => {
      this.ctx.storage.sql.exec("INSERT INTO vault VALUES (1, ?)", buffer);
    });
    return buffer;
  }
}

const imported = (key: ArrayBuffer) => crypto.subtle.importKey("raw", key, ALGORITHM, false, ["encrypt", "decrypt"]);

const parameters = (iv: Uint8Array<ArrayBuffer>, name: string) => ({
  name: ALGORITHM,
  iv,
  additionalData: new TextEncoder().encode(name),
});

const notOurs = () =>
  fail("credential.unreadable", "this was not sealed here under this name, or its vault was destroyed", {
    hint: "Store the credential again.",
  });
