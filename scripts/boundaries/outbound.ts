// One file of the Workers opens connections to the outside, by the rules for addresses that a user could set
// (docs/security.md). Plugins of providers open others, to hosts that their code names.

import { isTest, lineOf, type Source } from "./sources.ts";

const CALLER = "workers/events/src/outbound.ts";

/** The global function: neither a member of something else, nor a method that is being declared. */
const OPENS = /(?<![.\w])(?:fetch|connect)\s*\((?![^()]*\)\s*(?::[^{;]*)?\{)|\bnew\s+(?:WebSocket|EventSource)\b/g;

export const outboundViolations = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => path.startsWith("workers/") && path !== CALLER && !isTest(path))
    .flatMap(({ path, code }) =>
      [...code.matchAll(OPENS)].map(
        ({ index }) =>
          `${path}:${lineOf(code, index)} opens a connection: only ${CALLER} does, by the rules of docs/security.md`,
      ),
    );
