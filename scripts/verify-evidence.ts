// Checks a bundle of evidence (GET /v1/runs/{id}/bundle) without asking its deployment for anything but its public keys.
//
//   npm run verify:evidence -- FILE [--keys FILE|URL] [--accept-adopted] [--json FILE]

import { readFileSync } from "node:fs";
import { verifyEvidence, type KeySet } from "@eigentwin/core";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { jsonOf, readKeys } from "./read-keys.ts";
import { publish } from "./report.ts";

const USAGE = `usage: npm run verify:evidence -- FILE [options]

  FILE             a bundle, as GET /v1/runs/{id}/bundle answers it
  --keys FILE|URL  the deployment's public keys: https://…/.well-known/eigentwin-keys.json, or a copy of it.
                   Without them the file vouches for itself: it is whole, but nobody has said whose key it is
  --accept-adopted takes a signature by a key that the deployment has adopted with an archive. Without it such a signature does
                   not count: the key is that of whoever made the archive, and another deployment's only if you know it
  --json FILE      writes the findings as JSON too
  --help

Ends with 0 where everything that can be checked holds and the evidence is signed, 1 where something fails or no signature
could be checked (then nobody vouches for it) or one is by an adopted key that is not accepted, 2 where the arguments or files cannot be read.

What it does not prove: that the backend ran what the evidence says it ran, that the data were true, or that the
individuals were held out as stated. It shows that the deployment said so, that nothing was changed since, and that the
verdict follows from the losses.`;

const WORDS = {
  pass: "pass",
  fail: "FAIL",
  "not-checkable": "not checkable",
  "self-vouched": "self-vouched",
  adopted: "adopted",
};
const { values: options, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    keys: { type: "string" },
    json: { type: "string" },
    "accept-adopted": { type: "boolean" },
    help: { type: "boolean" },
  },
});

const [bundle, keys] = await readBoth().catch((error: unknown) => misused(USAGE, error));
const findings = await verifyEvidence(bundle, keys);
const own = findings[0]?.about;
const failing = findings.filter(({ state }) => state === "fail");
const adopted = findings.filter(({ state }) => state === "adopted");
const signed = findings.find(({ check }) => check === "signature")?.state === "pass";
publish(
  {
    title: `Evidence of ${own}`,
    columns: [{ key: "of" }, { key: "check" }, { key: "state" }, { key: "detail" }],
    rows: findings.map(({ about, check, state, detail }) => ({
      of: about === own ? "this run" : "inherited",
      check,
      state: WORDS[state],
      detail,
      run: about,
    })),
    bars: [
      { name: "checks that fail", value: failing.length, atMost: 0 },
      ...(options["accept-adopted"]
        ? []
        : [{ name: "signatures by adopted keys (--accept-adopted takes them)", value: adopted.length, atMost: 0 }]),
      { name: "signature of this evidence that holds", value: Number(signed), atLeast: 1 },
    ],
    notes: [
      ...(adopted.length > 0
        ? ["An adopted key came with an archive: the deployment publishes it and does not say whose it is."]
        : []),
      "Not proved by this: that the backend ran what the evidence says, that the data were true, that individuals were held out.",
    ],
  },
  { json: options.json === undefined ? undefined : fromHere(options.json) },
);
console.log(`\n${conclusion()}`);

function conclusion(): string {
  const named = failing.map(({ about, check }) => (about === own ? check : `${check} (of the inherited ${about})`));
  if (named.length > 0) return `Do not rely on it. Failed: ${named.join(", ")}.`;
  return signed ? "Everything that could be checked holds." : "Nobody vouches for it: no signature could be checked.";
}

async function readBoth(): Promise<[unknown, KeySet | undefined]> {
  const [file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) throw new Error("name one file");
  const bundle = jsonOf(file, readFileSync(fromHere(file), "utf8"));
  const keySet = options.keys === undefined ? undefined : await readKeys(options.keys);
  return [bundle, keySet];
}
