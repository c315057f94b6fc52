import { conformance } from "@eigentwin/core/conformance";
import { test } from "vitest";
import { annealerPluginInNode } from "./node.ts";

await conformance(annealerPluginInNode(), test);
