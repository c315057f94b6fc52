// The audit of what is shipped: licences from what is installed, known vulnerabilities from the registry.

import { root } from "../command.ts";
import { advisories, type Judgement } from "./advisories.ts";
import { isPermissive, shippedPackages } from "./licences.ts";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Prints what it finds. */
export function audit(say: (line: string) => void = console.log): Tally {
  const licences = auditLicences(say);
  const known = advisories();
  say(toldOf(known));
  const isSkipped = known.kind === "not-asked";
  const passed = Number(licences) + Number(known.kind === "clean");
  return { passed, skipped: Number(isSkipped), failed: 2 - passed - Number(isSkipped) };
}

function auditLicences(say: (line: string) => void): boolean {
  const packages = shippedPackages(root);
  const others = packages.filter(({ licence }) => !isPermissive(licence));
  for (const { name, version, licence } of others)
    say(
      `FAILED  licences: ${name} ${version} is under "${licence}", which is not on the list of scripts/audit/licences.ts`,
    );
  if (others.length === 0) say(`ok      licences: ${packages.length} packages, all permissive`);
  return others.length === 0;
}

function toldOf(known: Judgement): string {
  if (known.kind === "clean") return "ok      advisories: none of level high or above";
  if (known.kind === "not-asked") return `skipped advisories: the registry could not be asked: ${known.reason}`;
  return `FAILED  advisories:\n${known.kind === "found" ? known.report : known.output}`;
}
