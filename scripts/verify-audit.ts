// Recomputes the chain of the audit log in an archive, offline, and names the first link that is broken.
//
//   npm run verify:audit -- ARCHIVE

import { AUDIT_BEGIN, followChain, type AuditEntry } from "@eigentwin/core";
import { fromHere, misused, readArguments } from "./arguments.ts";
import { membersOf } from "./archive/archive-file.ts";

const USAGE = `usage: npm run verify:audit -- ARCHIVE

  ARCHIVE  a tar, as \`npm run export\` writes it
  --help

Ends with 0 where the chain holds from its first entry to its last, 1 where a link is broken, 2 where there is none to check.
Whether entries are missing at its end shows against a statement that was kept: GET /v1/audit/verification.`;

const { positionals } = readArguments(USAGE, { allowPositionals: true, options: { help: { type: "boolean" } } });
const [file, ...rest] = positionals;
if (file === undefined || rest.length > 0) misused(USAGE, new Error("name one archive"));

let mark = AUDIT_BEGIN;
for await (const { path, bytes } of membersOf(fromHere(file))) {
  if (!path.startsWith("audit/")) continue;
  const [, ...lines] = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const { broken, ...led } = await followChain(
    mark,
    lines.map((line) => JSON.parse(line) as AuditEntry),
  );
  mark = led.mark;
  if (broken) {
    console.log(`Broken at entry ${broken.number} (${path}): ${broken.why}.`);
    process.exit(1);
  }
}
if (mark.number === 0) misused(USAGE, new Error(`${file} holds no audit log`));
console.log(`${mark.number} entries hold; the last is ${mark.hash}.`);
