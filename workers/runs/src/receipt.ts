// The receipt of an erasure: what was removed, what stays and why, and what no deployment can reach. It names ids, and holds
// nothing of what was erased. Signed as evidence is.

import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { canonicalJson, digestBytes, type Digest, type ErasureReceipt } from "@eigentwin/core";
import { erasure } from "@eigentwin/index";
import { signerOf } from "@eigentwin/system";
import type { Env } from "../env.ts";
import type { ErasureRequest } from "./contract.ts";
import { erasedOf } from "./erase-twin.ts";

/** For so long the platform can bring an object, or the index, back to what it was. */
const RECOVERY_DAYS = 30;
const DAY_MS = 24 * 60 * 60_000;

function receiptOf(sql: SqlStorage, request: ErasureRequest, erasedAt: string): ErasureReceipt {
  const { tenant, id, twin, twinType, requestedAt, by: requestedBy, datasets } = request;
  const recoverableUntil = new Date(Date.parse(erasedAt) + RECOVERY_DAYS * DAY_MS).toISOString();
  return {
    schema: "urn:eigentwin:erasure:1",
    id,
    tenant,
    twin,
    twinType,
    requestedAt,
    requestedBy,
    erasedAt,
    removed: [
      {
        what: "the twin: state, history, branches, consent, points and bodies of old points, findings, links from and to it",
      },
      { what: "its rows in the index" },
      { what: "runs about it, with journals, evidence and losses", ids: erasedOf(sql, "run") },
      { what: "models that these runs saved", ids: erasedOf(sql, "model") },
      { what: "events about it and its runs, and their deliveries, but for the one that tells of the erasure" },
      { what: "its rows in the datasets that were named", ids: erasedOf(sql, "dataset") },
    ],
    marked: erasedOf(sql, "marked-model"),
    kept: [
      { what: "this receipt", why: "it shows that the erasure was done" },
      { what: "entries of the audit log", why: "they hold paths, and digests whose key is erased; no content" },
      { what: "the id of the twin", why: "no other twin is to be taken for it" },
      {
        what: "its id in the histories of twins that were linked with it",
        why: "they are the records of other individuals",
      },
      ...(datasets.length === 0
        ? [{ what: "datasets, and models trained on them", why: "the request named none that holds rows of it" }]
        : []),
    ],
    outOfReach: [
      {
        what: "recovery points of the platform's objects and of the index, where it keeps any",
        until: recoverableUntil,
      },
      { what: "archives that were exported before, and what is restored from them", until: null },
      { what: "what readers and subscribers have taken and kept", until: null },
    ],
  };
}

/** Stored with its signature; the digest of it. Repeated, it is the same. */
export async function writeReceipt(env: Env, sql: SqlStorage, request: ErasureRequest): Promise<Digest> {
  const { erased_at: erasedAt } = sql.exec<{ erased_at: string }>("SELECT erased_at FROM erasure").one();
  const receipt = canonicalJson(receiptOf(sql, request, erasedAt));
  const bytes = new TextEncoder().encode(receipt);
  const signature = await signerOf(env.SIGNER).sign(bytes);
  await drizzle(env.INDEX)
    .update(erasure)
    .set({ erasedAt, receipt, signature })
    .where(and(eq(erasure.tenant, request.tenant), eq(erasure.id, request.id)));
  return digestBytes(bytes);
}
