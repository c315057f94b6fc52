import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { root } from "../command.ts";
import { judge } from "./advisories.ts";
import { isPermissive, shippedPackages } from "./licences.ts";

// Recorded from pnpm 12.21.0, with another host.
const NO_ENDPOINT = `Error: ERR_PNPM_AUDIT_BAD_RESPONSE

  × The audit endpoint (at https://registry.example/-/npm/v1/security/
  │ advisories/bulk) responded with 405:
`;
const NO_NETWORK = `Error: ERR_PNPM_AUDIT_BAD_RESPONSE

  × Failed to request the audit endpoint (at http://registry.example/-/npm/v1/
  │ security/advisories/bulk): error sending request for url
  │ (http://registry.example/-/npm/v1/security/advisories/bulk)
  ├─▶ client error (Connect)
  ├─▶ tcp connect error
  ╰─▶ Connection refused (os error 111)
`;
const FINDING = `┌─────────────────────┬────────────┐
│ high                │ An example │
└─────────────────────┴────────────┘
1 vulnerabilities found
Severity: 1 high
`;

test("a registry that cannot be asked is told with its reason, and without its address", () => {
  expect(judge({ code: 1, output: `npm warn of something\n${NO_ENDPOINT}` })).toEqual({
    kind: "not-asked",
    reason: "ERR_PNPM_AUDIT_BAD_RESPONSE The audit endpoint responded with 405:",
  });
  const told = judge({ code: 1, output: NO_NETWORK });
  expect(told).toMatchObject({ kind: "not-asked", reason: expect.stringContaining("Connection refused") });
  expect(JSON.stringify(told)).not.toContain("registry.example");
});

test("a finding is a finding, and what nobody knows is a failure, not a skip", () => {
  expect(judge({ code: 1, output: FINDING })).toMatchObject({ kind: "found" });
  expect(judge({ code: 1, output: "Error: ERR_PNPM_AUDIT_NO_LOCKFILE" })).toMatchObject({ kind: "failed" });
  expect(judge({ code: 0, output: "No known vulnerabilities found" })).toEqual({ kind: "clean" });
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0-only)", true],
  ["Apache-2.0 AND MIT", true],
  ["GPL-3.0-only", false],
  ["MIT AND LGPL-3.0-only", false],
  ["none declared", false],
  ["SEE LICENSE IN LICENSE", false],
  ["(MIT OR (GPL-2.0-only AND MIT))", false],
])("%s: %s", (expression, permissive) => expect(isPermissive(expression)).toBe(permissive));

const trees: string[] = [];
afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

test("dependencies of dependencies count, those of development do not", () => {
  const tree = mkdtempSync(join(tmpdir(), "eigentwin-licences-"));
  trees.push(tree);
  const put = (file: string, manifest: object) => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), JSON.stringify(manifest));
  };
  put("core/package.json", { dependencies: { a: "1" }, devDependencies: { tool: "1" } });
  put("core/node_modules/a/package.json", { name: "a", version: "1.0.0", license: "MIT", dependencies: { b: "1" } });
  put("core/node_modules/b/package.json", { name: "b", version: "2.0.0", license: "GPL-3.0-only" });
  put("core/node_modules/tool/package.json", { name: "tool", version: "1.0.0" });
  expect(shippedPackages(tree).map(({ name, licence }) => [name, licence])).toEqual([
    ["a", "MIT"],
    ["b", "GPL-3.0-only"],
  ]);
  put("workers/x/package.json", { dependencies: { missing: "1" } });
  expect(() => shippedPackages(tree)).toThrow("missing");
});

test("what this repository ships is read as installed", () => {
  expect(shippedPackages(root).map(({ name }) => name)).toEqual(
    expect.arrayContaining(["hono", "valibot", "drizzle-orm"]),
  );
});
