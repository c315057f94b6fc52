import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { root } from "../command.ts";
import { boundBy, readConfig, readWorkers, type WranglerConfig } from "../wrangler-config.ts";
import { deployedWorkers } from "./plan.ts";
import { deployOrder } from "./order.ts";

const worker = (name: string, services: string[], scripts: string[] = []) => ({
  name,
  config: {
    services: services.map((service) => ({ binding: "A", service })),
    durable_objects: { bindings: scripts.map((script_name) => ({ name: "O", class_name: "C", script_name })) },
  } satisfies WranglerConfig,
});

/** True where nothing is bound before it is there. */
function startsFromNothing(order: readonly { name: string; config: WranglerConfig }[]): boolean {
  const there = new Set<string>();
  return order.every((one) => {
    const isBound = boundBy(one).every((name) => there.has(name));
    there.add(one.name);
    return isBound;
  });
}

test("the default deployment comes up from nothing: each Worker binds only what is there before it", () => {
  const order = deployOrder(deployedWorkers(root));
  expect(startsFromNothing(order)).toBe(true);
  expect(order.at(-1)?.name).toBe("eigentwin-gateway");
  const listed = readConfig(join(root, "wrangler.toml")).config.services ?? [];
  expect(order).toHaveLength(readWorkers(root, "workers").length + listed.length);
});

test("whatever arrows there are without a circle, an order is found", () => {
  const graph = fc
    .array(fc.tuple(fc.array(fc.nat(20), { maxLength: 4 }), fc.array(fc.nat(20), { maxLength: 4 })), { maxLength: 12 })
    .map((arrows) =>
      arrows.map(([services, scripts], index) => {
        const below = (targets: number[]) => targets.filter((target) => target < index).map(String);
        return worker(String(index), below(services), below(scripts));
      }),
    )
    .chain((workers) => fc.shuffledSubarray(workers, { minLength: workers.length }));
  fc.assert(
    fc.property(graph, (workers) => {
      const order = deployOrder(workers);
      expect(order).toHaveLength(workers.length);
      expect(startsFromNothing(order)).toBe(true);
    }),
  );
});

test("a circle is named, through a service and through an object", () => {
  expect(() => deployOrder([worker("a", ["b"]), worker("b", [], ["a"])])).toThrow("a → b → a");
});

test("what is bound and not deployed is named; an object of its own is no arrow", () => {
  expect(() => deployOrder([worker("a", [], ["gone"])])).toThrow(`a binds "gone"`);
  expect(deployOrder([worker("a", [], ["a"])])).toHaveLength(1);
});
