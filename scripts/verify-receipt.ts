// Checks the receipt of an erasure (GET /v1/erasures/{id}) against its deployment's public keys.
//
//   npm run verify:receipt -- FILE --keys FILE|URL

import { readFileSync } from "node:fs";
import { canonicalJson, signatureFault, type ErasureReceipt, type Signature } from "@eigentwin/core";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { jsonOf, readKeys } from "./read-keys.ts";

const USAGE = `usage: npm run verify:receipt -- FILE --keys FILE|URL

  FILE             as GET /v1/erasures/{id} answers
  --keys FILE|URL  the deployment's public keys: https://…/.well-known/eigentwin-keys.json, or a copy of it
  --help

Ends with 0 where the signature holds, 1 where it does not, 2 where the arguments or files cannot be read.

What it does not prove: that nothing of the erased is kept anywhere. It shows that the deployment said so, and when.`;

const { values, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { keys: { type: "string" }, help: { type: "boolean" } },
});

async function readBoth() {
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new Error("name one file");
  if (values.keys === undefined) throw new Error("say by --keys whose receipt it is");
  const found = jsonOf(file, readFileSync(fromHere(file), "utf8")) as {
    receipt?: unknown;
    signature?: Signature | null;
  };
  const { receipt, signature } = found ?? {};
  if (typeof receipt !== "string" || !signature)
    throw new Error(`${file} holds no signed receipt: the erasure may go on`);
  return { receipt, signature, ...(await readKeys(values.keys)) };
}

const { receipt, signature, keys } = await readBoth().catch((error: unknown) => misused(USAGE, error));
const fault = await faultOf();
const told = JSON.parse(receipt) as ErasureReceipt;
console.log(`${told.twin} of tenant ${told.tenant}, erased at ${told.erasedAt}, asked for by ${told.requestedBy}`);
for (const { what, ids } of told.removed)
  console.log(`  removed: ${what}${ids ? `: ${ids.join(", ") || "none"}` : ""}`);
for (const { what, why } of told.kept) console.log(`  kept: ${what} (${why})`);
for (const { what, until } of told.outOfReach) console.log(`  out of reach${until ? ` until ${until}` : ""}: ${what}`);
console.log(fault === undefined ? "The signature holds." : `Do not rely on it: ${fault}.`);
process.exitCode = fault === undefined ? 0 : 1;

async function faultOf(): Promise<string | undefined> {
  const key = keys.find(({ kid }) => kid === signature.keyId);
  if (!key) return `key ${signature.keyId} is none of this deployment's`;
  if (canonicalJson(JSON.parse(receipt)) !== receipt) return "it is not canonical JSON";
  return signatureFault(new TextEncoder().encode(receipt), signature, key);
}
