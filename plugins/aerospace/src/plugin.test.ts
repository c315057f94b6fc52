import { conformance } from "@eigentwin/core/conformance";
import { test } from "vitest";
import { aerospacePlugin } from "./plugin.ts";

await conformance(aerospacePlugin, test);
