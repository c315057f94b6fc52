// `@eigentwin/core/conformance`: what every plugin must keep. The manifest selects the checks; nothing can be switched off.

import type { Plugin } from "../plugin.ts";
import type { ServedPlugin } from "../serve/served-plugin.ts";
import { judge, type Area, type Check, type Finding, type Subjects } from "./check.ts";
import { CAPABILITY_CHECKS } from "./checks/capability.ts";
import { BACKEND_CHECKS } from "./checks/backend.ts";
import { MANIFEST_CHECKS } from "./checks/manifest.ts";
import { READER_CHECKS } from "./checks/reader.ts";
import { TWIN_TYPE_CHECKS } from "./checks/twin-type.ts";
import { kitOf, type Kit } from "./kit.ts";

export type { Area, Check, Finding } from "./check.ts";
export { distributionOf } from "./reference/distribution.ts";
export { optimaOf, spectrumOf } from "./reference/enumerate.ts";
export { referenceBackend, type ReferenceBackend } from "./reference/backend.ts";

export interface Checks {
  manifest: readonly Check<"manifest">[];
  "twin-type": readonly Check<"twin-type">[];
  capability: readonly Check<"capability">[];
  backend: readonly Check<"backend">[];
  reader: readonly Check<"reader">[];
}

export const CHECKS: Checks = {
  manifest: MANIFEST_CHECKS,
  "twin-type": TWIN_TYPE_CHECKS,
  capability: CAPABILITY_CHECKS,
  backend: BACKEND_CHECKS,
  reader: READER_CHECKS,
};

/** `test` of vitest or of node:test. */
export interface TestFunction {
  (title: string, options: { timeout: number }, run: (context: { skip(why: string): void }) => Promise<void>): unknown;
}

/** One check of one thing, not run yet. */
export interface Planned extends Pick<Finding, "check" | "about" | "title"> {
  run(): Promise<Finding>;
}

const TIMEOUT_MS = 120_000;

/** Makes a test of each check: `await conformance(pumpPlugin, test)` is a whole `plugin.test.ts`. */
export async function conformance(plugin: Plugin | ServedPlugin, test: TestFunction): Promise<void> {
  for (const { check, about, title, run } of await plan(plugin))
    test(`${check}: ${about} ${title}`, { timeout: TIMEOUT_MS }, async (context) => {
      const { state, detail = "" } = await run();
      if (state === "failed") throw new Error(`${about}: ${detail}`);
      if (state === "skipped") {
        console.log(`skipped  ${check} (${about}): ${detail}`);
        context.skip(detail);
      }
    });
}

/** The same checks as a list of findings: for a plugin behind a binding, or a runner of another kind. */
export async function inspect(plugin: Plugin | ServedPlugin, checks: Checks = CHECKS): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { run } of await plan(plugin, checks)) findings.push(await run());
  return findings;
}

export async function plan(plugin: Plugin | ServedPlugin, checks: Checks = CHECKS): Promise<Planned[]> {
  const kit = await kitOf(plugin);
  const { manifest } = kit;
  const nameOf = ({ name }: { name: string }) => name;
  const idOf = ({ id }: { id: string }) => id;
  return [
    ...planArea(kit, "manifest", checks.manifest, [manifest], nameOf),
    ...planArea(kit, "twin-type", checks["twin-type"], manifest.twinTypes, idOf),
    ...planArea(kit, "capability", checks.capability, manifest.capabilities, idOf),
    ...planArea(kit, "backend", checks.backend, manifest.backends, nameOf),
    ...planArea(kit, "reader", checks.reader, manifest.readers, idOf),
  ];
}

function planArea<On extends Area>(
  kit: Kit,
  area: On,
  checks: readonly Check<On>[],
  subjects: readonly Subjects[On][],
  nameOf: (subject: Subjects[On]) => string,
): Planned[] {
  if (subjects.length === 0 && checks.length > 0) return [nothingThere(kit.manifest.name, area)];
  return subjects.flatMap((subject) =>
    checks.map((check) => {
      const facts = { check: check.id, about: nameOf(subject), title: check.title };
      return {
        ...facts,
        async run(): Promise<Finding> {
          const pointless = check.skip?.(subject, kit);
          if (pointless !== undefined) return { ...facts, state: "skipped", detail: pointless };
          return { ...facts, ...(await judge(() => check.run(subject, kit))) };
        },
      };
    }),
  );
}

function nothingThere(plugin: string, area: Area): Planned {
  const facts = { check: `${area}.*`, about: plugin, title: `keeps the contract of a ${area}` };
  return { ...facts, run: async () => ({ ...facts, state: "skipped", detail: `the manifest declares no ${area}` }) };
}
