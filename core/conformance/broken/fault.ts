// A plugin with one fault, and the one check that must reject it.

import type { Plugin } from "../../plugin.ts";
import { answersOf, type ServedPlugin } from "../../serve/served-plugin.ts";
import type { Check } from "../check.ts";
import { pluginOf } from "./sound.ts";

export interface Fault {
  /** What is wrong with it, in a few words. */
  name: string;
  rejectedBy: Check["id"];
  make(): Plugin | ServedPlugin;
}

/** A sound plugin behind a Worker of its author's own making, which changes what it answers. */
export function servedWith(change: (sound: ServedPlugin) => Partial<ServedPlugin>): ServedPlugin {
  const sound = answersOf(pluginOf());
  return { ...sound, ...change(sound) };
}
