import { conformance } from "@eigentwin/core/conformance";
import { test } from "vitest";
import { referencePlugin } from "./plugin.ts";

await conformance(referencePlugin, test);
