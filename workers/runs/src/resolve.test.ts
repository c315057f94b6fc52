import { expect, test } from "vitest";
import type { BackendDescription, BackendNeed, Manifest } from "@eigentwin/core";
import type { BoundPlugin } from "./plugins.ts";
import { resolve } from "./resolve.ts";

const prices = { currency: "USD", perProgram: 0, perShot: 0, asOf: "2026-01-01", source: "test" };
const simulator: BackendDescription = {
  name: "simulator",
  title: "Exact",
  qubits: 20,
  gates: ["h"],
  kinds: ["expectation", "overlap", "sample"],
  exact: true,
  noise: "none",
  prices,
  queueMs: 0,
  submission: "once",
  sameSeedSameAnswer: true,
};
const machine: BackendDescription = {
  ...simulator,
  name: "machine",
  exact: false,
  kinds: ["sample"],
  qubits: 30,
  queueMs: 60_000,
};
const narrow: BackendDescription = { ...simulator, name: "narrow", kinds: [] };
const annealer: BackendDescription = {
  ...machine,
  name: "annealer",
  gates: [],
  kinds: ["anneal"],
  qubits: 1000,
  queueMs: 0,
};

const plugin = (name: string, more: Partial<Manifest>): BoundPlugin => ({
  manifest: {
    name,
    version: "1.0.0",
    contract: 1,
    title: name,
    twinTypes: [],
    capabilities: [],
    backends: [],
    readers: [],
    ...more,
  },
  stub: {} as BoundPlugin["stub"],
});

const asking = (backend?: BackendNeed) =>
  plugin("asker", {
    capabilities: [
      {
        id: "asker.ask@1",
        title: "Ask",
        subject: { kind: "dataset" },
        input: {},
        result: {},
        needs: backend ? { backend } : {},
        patienceMs: 1,
      },
    ],
  });
const backends = plugin("backends", { backends: [machine, annealer, narrow, simulator] });

test.each<[string, BackendNeed, string | undefined, string]>([
  ["exact comes before sampled", { kinds: ["overlap"], qubits: 5 }, undefined, "simulator"],
  ["too many qubits for the simulator", { kinds: ["overlap"], qubits: 25 }, undefined, "machine"],
  [
    "an annealer alone anneals, however exact and large the others",
    { kinds: ["anneal"], qubits: 5 },
    undefined,
    "annealer",
  ],
  ["an annealer never runs circuits, however large it is", { kinds: ["sample"], qubits: 25 }, undefined, "machine"],
  ["the caller's wish wins where it fits", { kinds: ["overlap"], qubits: 5 }, "machine", "machine"],
])("%s", (_why, need, wanted, chosen) => {
  const { backend } = resolve([asking(need), backends], "asker.ask@1", { backend: wanted });
  expect(backend.name).toBe(chosen);
  const others = ["annealer", "machine", "narrow", "simulator"].filter((name) => name !== chosen);
  expect(backend.passedOver.map(({ name }) => name).sort()).toEqual(others);
  for (const { reason } of backend.passedOver) expect(reason.length).toBeGreaterThan(5);
});

test("the choice does not depend on the order in which backends are listed", () => {
  const need = { kinds: ["expectation"], qubits: 2 } as const;
  const reversed = plugin("backends", { backends: [simulator, narrow, annealer, machine] });
  expect(resolve([asking(need), reversed], "asker.ask@1")).toEqual(resolve([asking(need), backends], "asker.ask@1"));
});

test("a capability that runs no program gets no backend", () => {
  expect(resolve([asking(), backends], "asker.ask@1").backend.name).toBe("none");
});

test("an annealer and a gate machine do not replace one another, even where the caller wishes it", () => {
  const asked = (kinds: BackendNeed["kinds"], wanted: string) => () =>
    resolve([asking({ kinds, qubits: 2 }), backends], "asker.ask@1", { backend: wanted });
  expect(asked(["anneal"], "machine")).toThrow(/^backend\.none-fits/);
  expect(asked(["expectation"], "annealer")).toThrow(/^backend\.none-fits/);
  expect(asked(["anneal", "sample"], "annealer")).toThrow(/^backend\.none-fits/);
  const { backend } = asked(["anneal"], "annealer")();
  expect(backend.passedOver.find(({ name }) => name === "machine")?.reason).toBe("it runs no anneal programs");
});

test("nothing fits: the refusal says why each was passed over", () => {
  const tooMuch = { kinds: ["overlap"], qubits: 99 } as const;
  expect(() => resolve([asking(tooMuch), backends], "asker.ask@1")).toThrow(/backend.none-fits/);
  expect(() => resolve([asking(tooMuch), backends], "asker.ask@1", { backend: "elsewhere" })).toThrow(
    /backend.not-found/,
  );
  expect(() => resolve([backends], "asker.ask@1")).toThrow(/capability.not-found/);
});

test("a backend whose secrets the tenant has not stored is passed over; with them it is chosen", () => {
  const entrusted = plugin("backends", { backends: [{ ...machine, secrets: ["token"] }] });
  const asked = [asking({ kinds: ["sample"], qubits: 5 }), entrusted];
  expect(() => resolve(asked, "asker.ask@1", { credentials: new Set(["other/token"]) })).toThrow(
    expect.objectContaining({
      failure: expect.objectContaining({
        code: "backend.none-fits",
        hint: "machine: the tenant has stored no credential backends/token",
      }),
    }),
  );
  const chosen = resolve(asked, "asker.ask@1", { credentials: new Set(["backends/token"]) });
  expect(chosen.backend.name).toBe("machine");
});
