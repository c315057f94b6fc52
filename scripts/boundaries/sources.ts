// Reads the packages of the workspace and the imports of every TypeScript and JavaScript file in them.

import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync } from "oxc-parser";

export interface Package {
  /** `plugins/aerospace`, with `/` on every system; the root package is "". */
  folder: string;
  name: string;
  /** Public paths: "." and "./serve". */
  exports: readonly string[];
}

export interface Import {
  specifier: string;
  line: number;
}

export interface Source {
  /** Relative to the root, with `/` on every system. */
  path: string;
  /** The text with every comment blanked, so that positions stay. */
  code: string;
  imports: readonly Import[];
}

const toSlashes = (path: string): string => path.replaceAll("\\", "/");

/** A test, or a file in a folder `testing` that only tests use. */
export const isTest = (path: string): boolean => /\.test(-d)?\.ts$|\/testing\//.test(path);

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

export function readPackages(root: string): Package[] {
  return globSync(["package.json", "{core,migrations}/package.json", "{plugins,workers,examples}/*/package.json"], {
    cwd: root,
  }).map((file) => {
    const manifest = JSON.parse(readFileSync(join(root, file), "utf8")) as {
      name: string;
      exports?: string | Record<string, unknown>;
    };
    const folder = toSlashes(dirname(file));
    const { exports = {} } = manifest;
    return {
      folder: folder === "." ? "" : folder,
      name: manifest.name,
      exports: typeof exports === "string" ? ["."] : Object.keys(exports),
    };
  });
}

export function parseSource(path: string, text: string): Source {
  const { module, comments, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  const blank = (from: string): string => from.replace(/[^\n]/g, " ");
  const code = comments.reduce(
    (kept, { start, end }) => kept.slice(0, start) + blank(kept.slice(start, end)) + kept.slice(end),
    text,
  );
  const requests = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest),
    ...module.staticExports.flatMap(({ entries }) => entries[0]?.moduleRequest ?? []),
  ].map(({ value, start }) => ({ specifier: value, line: lineOf(text, start) }));
  // `import("x")` as an expression and as a type.
  const calls = [...code.matchAll(/\bimport\(\s*["'`]([^"'`]+)["'`]/g)].map((match) => ({
    specifier: match[1] ?? "",
    line: lineOf(text, match.index),
  }));
  return { path, code, imports: [...requests, ...calls] };
}

/** Generated bindings (`workers/x/env.ts`) name other Workers' files by design; AssemblyScript is not TypeScript. */
export function readSources(root: string): Source[] {
  return globSync("{core,migrations,plugins,workers,examples,bench,scripts}/**/*.{ts,mts,js,mjs}", {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist|\.wrangler|kernels)$/.test(path),
  })
    .map(toSlashes)
    .filter(
      (path) => !/\/(node_modules|dist|\.wrangler|kernels)\//.test(path) && !/^workers\/[^/]+\/env\.ts$/.test(path),
    )
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), "utf8")));
}
