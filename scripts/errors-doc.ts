// Writes docs/errors.md from the one table of errors; `--check` tells whether it is fresh.

import { ERRORS } from "@eigentwin/core";
import { writeGenerated } from "./generated.ts";

const rows = Object.entries(ERRORS).map(
  ([code, { status, blame, retry, means }]) =>
    `| \`${code}\` | ${status} | ${blame} | ${retry ? "yes" : "no"} | ${means} |`,
);

writeGenerated(
  "docs/errors.md",
  `# Errors

Written from \`core/errors.ts\` by \`npm run generate\`.

Every failure leaves as problem details (RFC 9457): \`type\` is \`urn:eigentwin:problem:\` and the code, \`detail\` says what
happened, \`at\` where, \`hint\` what to do next. Codes never change; words may improve. "Retry" is yes only where asking
again costs nothing. A run that fails carries the same code in \`failure\`, and its evidence keeps it.

| code | status | blame | retry | means |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`,
);
