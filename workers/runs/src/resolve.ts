// Capability -> plugin; needs and policy -> backend; every choice that was passed over keeps its reason.

import { refuse, type BackendDescription, type BackendNeed, type ExecutedBy, type Manifest } from "@eigentwin/core";
import type { BoundPlugin } from "./plugins.ts";

export interface Resolution {
  plugin: { name: string; version: string };
  capability: Manifest["capabilities"][number];
  executedBy: ExecutedBy;
}

interface Candidate {
  plugin: { name: string; version: string };
  description: BackendDescription;
}

/** Nothing executed: what evidence says of a capability that runs no program. */
const NO_BACKEND: ExecutedBy = {
  backend: "none",
  plugin: { name: "none", version: "none" },
  exact: true,
  noise: "none",
  passedOver: [],
};

export function resolve(plugins: readonly BoundPlugin[], capabilityId: string, wanted: string | undefined): Resolution {
  for (const { manifest } of plugins) {
    const capability = manifest.capabilities.find(({ id }) => id === capabilityId);
    if (!capability) continue;
    const { backend: need } = capability.needs;
    const plugin = { name: manifest.name, version: manifest.version };
    return { plugin, capability, executedBy: need ? chooseBackend(candidates(plugins), need, wanted) : NO_BACKEND };
  }
  return refuse("capability.not-found", `there is no capability ${capabilityId}`, {
    at: "/capability",
    hint: "GET /v1/capabilities lists them.",
  });
}

const candidates = (plugins: readonly BoundPlugin[]): Candidate[] =>
  plugins.flatMap(({ manifest }) =>
    manifest.backends.map((description) => ({
      plugin: { name: manifest.name, version: manifest.version },
      description,
    })),
  );

/** Without a wish: exact before sampled, then cheaper, then sooner, then by name. The order is total, so the choice repeats. */
function chooseBackend(all: readonly Candidate[], need: BackendNeed, wanted: string | undefined): ExecutedBy {
  const ordered = [...all].sort(
    ({ description: a }, { description: b }) =>
      Number(b.exact) - Number(a.exact) ||
      a.prices.perShot - b.prices.perShot ||
      a.prices.perProgram - b.prices.perProgram ||
      a.queueMs - b.queueMs ||
      (a.name < b.name ? -1 : 1),
  );
  if (wanted !== undefined && !all.some(({ description }) => description.name === wanted))
    refuse("backend.not-found", `there is no backend "${wanted}"`, {
      at: "/backend",
      hint: `There is ${all.map(({ description }) => description.name).join(", ")}.`,
    });
  const passedOver: ExecutedBy["passedOver"] = [];
  let chosen: Candidate | undefined;
  for (const candidate of ordered) {
    const { description } = candidate;
    const reason =
      whyNot(description, need) ??
      (wanted !== undefined && description.name !== wanted ? "the caller named another" : undefined);
    if (!reason && !chosen) chosen = candidate;
    else
      passedOver.push({
        backend: description.name,
        reason: reason ?? `${chosen?.description.name} comes first: exact, then cheaper, then sooner`,
      });
  }
  if (!chosen)
    return refuse("backend.none-fits", "no backend fits this capability", {
      at: "/backend",
      hint: passedOver.map(({ backend, reason }) => `${backend}: ${reason}`).join("; ") || "No backend is bound.",
    });
  const { description, plugin } = chosen;
  return { backend: description.name, plugin, exact: description.exact, noise: description.noise, passedOver };
}

function whyNot(backend: BackendDescription, need: BackendNeed): string | undefined {
  if (backend.qubits < need.qubits) return `it has ${backend.qubits} qubits, ${need.qubits} are needed`;
  const missing = need.kinds.filter((kind) => !backend.kinds.includes(kind) && !backend.kinds.includes("sample"));
  return missing.length > 0 ? `it runs no ${missing.join(" and no ")} programs` : undefined;
}
