// Checks that arrows point one way (docs/architecture.md): imports, bindings, and who may name a plugin.

import { root } from "./command.ts";
import { violations } from "./boundaries/violations.ts";

const found = violations(root);
for (const line of found) console.error(line);
if (found.length > 0) process.exitCode = 1;
