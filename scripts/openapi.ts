// Writes docs/openapi.json, the document that the gateway serves; `--check` tells whether it is fresh.

import gateway from "@eigentwin/gateway";
import { writeGenerated } from "./generated.ts";

const response = await gateway.request("/openapi.json");
writeGenerated("docs/openapi.json", `${JSON.stringify(await response.json(), null, 2)}\n`);
