import { conformance } from "@eigentwin/core/conformance";
import { test } from "vitest";
import { algorithmsPlugin } from "./plugin.ts";

await conformance(algorithmsPlugin, test);
