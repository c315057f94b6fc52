import { conformance } from "@eigentwin/core/conformance";
import { test } from "vitest";
import { statevectorPluginInNode } from "./node.ts";

await conformance(statevectorPluginInNode(), test);
