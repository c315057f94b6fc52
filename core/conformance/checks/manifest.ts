// Checks of the manifest: data that can be kept and read without running anything.

import { isVersionedId } from "../../versioned-id.ts";
import { ask } from "../ask.ts";
import { complain, type Check } from "../check.ts";

export const MANIFEST_CHECKS: readonly Check<"manifest">[] = [
  {
    id: "manifest.is-plain-data",
    title: "is the same after a journey as JSON",
    async run(manifest) {
      const path = notPlain(manifest, "manifest");
      if (path) complain(`${path} is not JSON data`);
    },
  },
  {
    id: "manifest.stays-the-same",
    title: "is equal each time that it is asked for",
    async run(_first, { served }) {
      // Queues move; everything else of a description is a fact of the version.
      const seen = async () => {
        const manifest = await served.manifest();
        const backends = manifest.backends.map((backend) => ({ ...backend, queueMs: 0 }));
        return JSON.stringify({ ...manifest, backends });
      };
      if ((await seen()) !== (await seen())) complain("two manifests in a row differ");
    },
  },
  {
    id: "manifest.names",
    title: "names what it declares after itself",
    async run({ name, version, contract, twinTypes, capabilities, readers, backends }) {
      if (contract !== 1) complain(`contract ${String(contract)} is not 1`);
      if (!/^\d+\.\d+\.\d+$/.test(version)) complain(`version ${version} is not semantic`);
      for (const { id } of [...twinTypes, ...capabilities])
        if (!isVersionedId(id, name)) complain(`"${id}" is not ${name}.<name>@<major>`);
      for (const { id } of readers)
        if (!new RegExp(`^${name}\\.[a-z0-9-]+$`).test(id)) complain(`reader "${id}" is not ${name}.<name>`);
      for (const backend of backends)
        if (!/^[a-z][a-z0-9-]*$/.test(backend.name)) complain(`backend "${backend.name}" is not a kebab-case word`);
    },
  },
  {
    id: "manifest.units",
    title: "gives every stream its unit",
    async run({ twinTypes }) {
      for (const { id, streams } of twinTypes)
        for (const [name, { unit }] of Object.entries(streams))
          if (!/^\S+$/.test(unit)) complain(`stream ${name} of ${id} has no unit: write the UCUM code, or 1 for none`);
    },
  },
  {
    id: "manifest.refuses-the-undeclared",
    title: "declares all that is answered: anything else is refused by code",
    async run(manifest, { served }) {
      const file = [{ name: "none", text: "" }];
      const startsAt = "2026-01-01T00:00:00Z";
      const capability = `${manifest.name}.not-declared@1`;
      const asked = { served, manifest, capability, example: { input: {} }, models: new Map() };
      const codes = {
        capability: await ask(asked).then(({ outcome }) => outcome),
        dataset: await served.readDataset(`${manifest.name}.not-declared`, file),
        twins: await served.readTwins(`${manifest.name}.not-declared`, file, { startsAt }),
        upgrade: await served.upgradeTwin(`${manifest.name}.not-declared@2`, {}),
      };
      for (const [what, outcome] of Object.entries(codes)) {
        const code = outcome.ok ? "an answer" : outcome.failure.code;
        const due = what === "upgrade" ? "twin.no-upgrade" : "capability.not-found";
        if (code !== due) complain(`an undeclared ${what} got ${code}, not ${due}`);
      }
    },
  },
];

/** Where a value is something that JSON would lose or change; members that are undefined count as absent. */
export function notPlain(value: unknown, path: string): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : path;
  if (value === null || typeof value === "string" || typeof value === "boolean") return undefined;
  if (typeof value !== "object") return path;
  const isPlain = Array.isArray(value) || [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);
  if (!isPlain) return path;
  for (const [key, member] of Object.entries(value)) {
    const found = member === undefined && !Array.isArray(value) ? undefined : notPlain(member, `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
