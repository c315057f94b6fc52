// Capability -> plugin; needs and policy -> backend; every choice that was passed over keeps its reason.

import {
  answers,
  refuse,
  type BackendDescription,
  type BackendNeed,
  type BackendChoice,
  type Manifest,
} from "@eigentwin/core";
import type { BoundPlugin } from "./plugins.ts";

export interface Resolution {
  plugin: { name: string; version: string };
  capability: Manifest["capabilities"][number];
  backend: BackendChoice;
}

interface Candidate {
  plugin: { name: string; version: string };
  description: BackendDescription;
}

/** For a capability that runs no program. */
const NO_BACKEND: BackendChoice = {
  name: "none",
  plugin: { name: "none", version: "none" },
  exact: true,
  noise: "none",
  currency: "USD",
  passedOver: [],
};

interface Wishes {
  /** The backend that the caller named. */
  backend?: string | undefined;
  /** What the tenant has stored, as `plugin/name`. */
  credentials?: ReadonlySet<string>;
}

export function resolve(plugins: readonly BoundPlugin[], capabilityId: string, wishes: Wishes = {}): Resolution {
  for (const { manifest } of plugins) {
    const capability = manifest.capabilities.find(({ id }) => id === capabilityId);
    if (!capability) continue;
    const { backend: need } = capability.needs;
    const plugin = { name: manifest.name, version: manifest.version };
    return { plugin, capability, backend: need ? chooseBackend(candidates(plugins), need, wishes) : NO_BACKEND };
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

/**
 * Without a wish: exact before sampled, free before paid, then sooner, then by name. The order is total, so the choice
 * repeats. Prices are not compared further: they come in several currencies, and what a run costs depends on its programs.
 */
function chooseBackend(
  all: readonly Candidate[],
  need: BackendNeed,
  { backend: wanted, credentials = new Set() }: Wishes,
): BackendChoice {
  const ordered = [...all].sort(
    ({ description: a }, { description: b }) =>
      Number(b.exact) - Number(a.exact) ||
      Number(isPaid(a)) - Number(isPaid(b)) ||
      a.queueMs - b.queueMs ||
      (a.name < b.name ? -1 : 1),
  );
  if (wanted !== undefined && !all.some(({ description }) => description.name === wanted))
    refuse("backend.not-found", `there is no backend "${wanted}"`, {
      at: "/backend",
      hint: `There is ${all.map(({ description }) => description.name).join(", ")}.`,
    });
  const passedOver: BackendChoice["passedOver"] = [];
  let chosen: Candidate | undefined;
  for (const candidate of ordered) {
    const { description } = candidate;
    const reason =
      whyNot(description, need) ??
      whatIsMissing(candidate, credentials) ??
      (wanted !== undefined && description.name !== wanted ? "the caller named another" : undefined);
    if (!reason && !chosen) chosen = candidate;
    else
      passedOver.push({
        name: description.name,
        reason: reason ?? `${chosen?.description.name} comes first: exact, then free, then sooner`,
      });
  }
  if (!chosen)
    return refuse("backend.none-fits", "no backend fits this capability", {
      at: "/backend",
      hint: passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ") || "No backend is bound.",
    });
  const { description, plugin } = chosen;
  const { name, exact, noise, prices } = description;
  return { name, plugin, exact, noise, currency: prices.currency, passedOver };
}

function whatIsMissing({ plugin, description }: Candidate, credentials: ReadonlySet<string>): string | undefined {
  const missing = description.secrets?.find((name) => !credentials.has(`${plugin.name}/${name}`));
  return missing === undefined ? undefined : `the tenant has stored no credential ${plugin.name}/${missing}`;
}

const isPaid = ({ prices }: BackendDescription): boolean => prices.perProgram > 0 || prices.perShot > 0;

function whyNot(backend: BackendDescription, need: BackendNeed): string | undefined {
  const missing = need.kinds.filter((kind) => !answers(backend.kinds, kind));
  if (missing.length > 0) return `it runs no ${missing.join(" and no ")} programs`;
  return backend.qubits < need.qubits ? `it has ${backend.qubits} qubits, ${need.qubits} are needed` : undefined;
}
