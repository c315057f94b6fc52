// Licences and known vulnerabilities of what is shipped: `npm run audit`.

import { readArguments } from "./arguments.ts";
import { audit } from "./audit/audit.ts";

const USAGE = `usage: npm run audit -- [options]

  --strict  a check that had to be skipped, because the registry cannot be asked, ends with code 1
  --help`;

const { values } = readArguments(USAGE, {
  options: { strict: { type: "boolean", default: false }, help: { type: "boolean" } },
});
const { failed, skipped } = audit();
if (skipped > 0)
  console.log(
    values.strict
      ? "A check was skipped, which is a failure by --strict."
      : "What was skipped is not known to hold; --strict makes it a failure.",
  );
if (failed > 0 || (values.strict && skipped > 0)) process.exitCode = 1;
