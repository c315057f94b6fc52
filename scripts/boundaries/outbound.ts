// No Worker of the platform opens a connection to the outside: there is no address that a user could send it to
// (docs/security.md). Plugins of providers do, to hosts that their code names.

import { isTest, lineOf, type Source } from "./sources.ts";

/** The global function: neither a member of something else, nor a method that is being declared. */
const OPENS = /(?<![.\w])(?:fetch|connect)\s*\((?![^()]*\)\s*(?::[^{;]*)?\{)|\bnew\s+(?:WebSocket|EventSource)\b/g;

export const outboundViolations = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith("workers/") && !isTest(path))
    .flatMap(({ path, code }) =>
      [...code.matchAll(OPENS)].map(
        ({ index }) => `${path}:${lineOf(code, index)} opens a connection: docs/security.md says what that needs`,
      ),
    );
