// Puts a tenant's archive into a deployment that does not have the tenant.

import { CONNECTION_OPTIONS, CONNECTION_USAGE, connectionOf } from "./archive/connection.ts";
import { putIn } from "./archive/put-in.ts";
import { fromHere, misused, readArguments } from "./arguments.ts";

const USAGE = `usage: npm run restore -- FILE --url URL --key-file FILE

  FILE             an archive of npm run export; interrupted, the same command goes on
${CONNECTION_USAGE}; an administrator's, with the scope tenants:write
  --json           tell what was restored as one line of JSON
  --help

Prints the tenant's first key, once.`;

const { values: options, positionals } = readArguments(USAGE, {
  allowPositionals: true,
  options: { ...CONNECTION_OPTIONS, json: { type: "boolean" }, help: { type: "boolean" } },
});

try {
  const file = fromHere(positionals[0] ?? misused(USAGE, new Error("name the archive")));
  const restored = await putIn(connectionOf(options), file, (line) => console.error(line));
  console.log(
    options.json
      ? JSON.stringify(restored)
      : `tenant ${restored.tenant} is active with ${restored.members} members; its first key ${restored.key.id}: ${restored.key.key}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
