// The script of a page: compiles a build while it is being fetched, as pages do, and measures by it.

import { hasRelaxedSimd, loadSimulator } from "../index.ts";
import { measuredBy, type Measured } from "./measured.ts";

// The types are those of Workers, which compile nothing.
const { compileStreaming } = WebAssembly as unknown as {
  compileStreaming(response: Promise<Response>): Promise<WebAssembly.Module>;
};

export interface Page {
  measure(build: string): Promise<Measured>;
  hasRelaxedSimd(): boolean;
}

const page: Page = {
  measure: async (build) => measuredBy(loadSimulator(await compileStreaming(fetch(build)))),
  hasRelaxedSimd,
};

Object.assign(globalThis, { page });
