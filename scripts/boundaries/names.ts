// No file of the core or of a Worker names a plugin: not its package, Worker, binding, nor a capability of it. Comments
// and tests may, and so may the sections that are generated from the one list.

import type { Worker } from "../wrangler-config.ts";
import { isTest, lineOf, type Source } from "./sources.ts";

function namesIn(text: string, plugins: readonly string[]): { line: number; name: string }[] {
  return plugins.flatMap((plugin) => {
    const binding = `PLUGIN_${plugin.toUpperCase().replaceAll("-", "_")}`;
    // A string that is the name, or begins with it as ids do: "aerospace.engine@1", "aerospace/…".
    const pattern = new RegExp(
      `\\b(@eigentwin/|eigentwin-)${plugin}\\b(?!-)|\\b${binding}\\b|["'\`]${plugin}["'\`./@]`,
      "g",
    );
    return [...text.matchAll(pattern)].map(({ index }) => ({ line: lineOf(text, index), name: plugin }));
  });
}

const withoutComposition = (text: string): string =>
  text.replace(/# composed from [\s\S]*?# end of composition/, (section) => section.replace(/[^\n]/g, " "));

export function nameViolations(
  sources: readonly Source[],
  workers: readonly Worker[],
  plugins: readonly string[],
): string[] {
  const texts = [
    ...sources
      .filter(({ path }) => /^(core|workers)\//.test(path) && !isTest(path))
      .map(({ path, code }) => ({ path, text: code })),
    ...workers.map(({ folder, text }) => ({ path: `${folder}/wrangler.toml`, text: withoutComposition(text) })),
  ];
  return texts.flatMap(({ path, text }) =>
    namesIn(text, plugins).map(
      ({ line, name }) => `${path}:${line} names the plugin ${name}: only the root wrangler.toml does`,
    ),
  );
}
