// Takes everything that a tenant has out of a deployment, into one archive.

import { CONNECTION_OPTIONS, CONNECTION_USAGE, connectionOf } from "./archive/connection.ts";
import { takeOut } from "./archive/take-out.ts";
import { fromHere, misused, readArguments } from "./arguments.ts";

const USAGE = `usage: npm run export -- --url URL --key-file FILE --out FILE

${CONNECTION_USAGE}; its scope export:read
  --out FILE       the archive; it is there only once every digest in it has been verified
  --json           tell what was written as one line of JSON
  --help`;

const { values: options } = readArguments(USAGE, {
  options: {
    ...CONNECTION_OPTIONS,
    out: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  },
});

try {
  const out = fromHere(options.out ?? misused(USAGE, new Error("name the archive with --out")));
  const manifest = await takeOut(connectionOf(options), out, (line) => console.error(line));
  const { tenant, members, bytes } = manifest;
  const told = { tenant: tenant.id, file: out, members: members.length, bytes };
  console.log(
    options.json
      ? JSON.stringify(told)
      : `tenant ${told.tenant}: ${told.members} members, ${told.bytes} bytes in ${told.file}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
