// What the checks share about one plugin: each fact is found out once, and those that depend on it wait for it.

import type { Example } from "../capability.ts";
import type { Manifest, Plugin } from "../plugin.ts";
import { answersOf, type ServedPlugin } from "../serve/served-plugin.ts";
import { ask, type Asked, type Asking } from "./ask.ts";
import { leaveTo } from "./check.ts";

export interface Kit {
  readonly served: ServedPlugin;
  readonly manifest: Manifest;
  /** True where the plugin runs in this very process, so that its globals can be poisoned. */
  readonly isInProcess: boolean;
  /** The example of a capability; without one the check is left to `capability.has-example`. */
  example(capability: string): Promise<Example>;
  /** Asks the example, or something else in its place. */
  ask(capability: string, more?: Partial<Asking>): Promise<Asked>;
  /** The first time that the example is asked, however that ends. */
  first(capability: string): Promise<Asked>;
  /** The same, answered; where it is not, the check is left to `capability.answers`. */
  answered(capability: string): Promise<Asked>;
  /** A second time, in every way like the first. */
  second(capability: string): Promise<Asked>;
  /** The first answer, once the second was like the first; where it differs, the check is left to `capability.repeats`. */
  repeated(capability: string): Promise<Asked>;
}

export async function kitOf(plugin: Plugin | ServedPlugin): Promise<Kit> {
  // The members of a remote plugin are all functions, so a name that is a string tells a plugin of this process.
  const isInProcess = "name" in plugin && typeof plugin.name === "string";
  const served = isInProcess ? answersOf(plugin as Plugin) : (plugin as ServedPlugin);
  const manifest = await served.manifest();
  const once = remembering();

  const exampleOf = (id: string) => once(`example ${id}`, () => served.example(id));

  const kit: Kit = {
    served,
    manifest,
    isInProcess,
    async example(id) {
      return (await exampleOf(id)) ?? leaveTo("capability.has-example", "there is no example");
    },
    async ask(id, more = {}) {
      const example = await kit.example(id);
      const before = example.after === undefined ? undefined : await kit.answered(example.after);
      return ask({ served, manifest, capability: id, example, models: before?.models ?? new Map(), ...more });
    },
    first: (id) => once(`answer ${id}`, () => kit.ask(id)),
    async answered(id) {
      const asked = await kit.first(id);
      return asked.outcome.ok ? asked : leaveTo("capability.answers", "its example is not answered");
    },
    second: (id) => once(`again ${id}`, () => kit.ask(id)),
    async repeated(id) {
      const [first, second] = [await kit.answered(id), await kit.second(id)];
      return second.digest === first.digest ? first : leaveTo("capability.repeats", "its answer changes");
    },
  };
  return kit;
}

/** Each question is asked once, however many checks want to know. */
function remembering() {
  const known = new Map<string, Promise<unknown>>();
  return <T>(name: string, find: () => Promise<T>): Promise<T> => {
    const found = known.get(name) ?? find();
    known.set(name, found);
    return found as Promise<T>;
  };
}
