// A Worker logs through its logging library alone, which redacts: no other file of the Workers calls console.

import { isTest, lineOf, type Source } from "./sources.ts";

const LIBRARY = "workers/logging/src/log.ts";

export const logViolations = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith("workers/") && path !== LIBRARY && !isTest(path))
    .flatMap(({ path, code }) =>
      [...code.matchAll(/\bconsole\b/g)].map(
        ({ index }) => `${path}:${lineOf(code, index)} calls console: log with @eigentwin/logging, which redacts`,
      ),
    );
