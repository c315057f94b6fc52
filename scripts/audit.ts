// Licences and known vulnerabilities of what is shipped: `npm run audit`.

import { audit } from "./audit/audit.ts";

if (audit().failed > 0) process.exitCode = 1;
