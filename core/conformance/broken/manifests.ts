// Plugins whose manifest is at fault.

import * as v from "valibot";
import { servedWith, type Fault } from "./fault.ts";
import { pluginOf, soundReader } from "./sound.ts";

let asked = 0;

export const BROKEN_MANIFESTS: readonly Fault[] = [
  {
    name: "declares a queue that JSON cannot say",
    rejectedBy: "manifest.is-plain-data",
    make: () =>
      pluginOf({
        backend: (sound) => ({ ...sound, describe: async () => ({ ...(await sound.describe()), queueMs: NaN }) }),
      }),
  },
  {
    name: "has another title each time",
    rejectedBy: "manifest.stays-the-same",
    make: () =>
      servedWith((sound) => ({
        manifest: async () => ({ ...(await sound.manifest()), title: `asked ${(asked += 1)} times` }),
      })),
  },
  {
    name: "has a reader that is not named after it",
    rejectedBy: "manifest.names",
    make: () => pluginOf({ plugin: { readers: [{ ...soundReader, id: "levels" }] } }),
  },
  {
    name: "has a stream without a unit",
    rejectedBy: "manifest.units",
    make: () =>
      pluginOf({
        plugin: {
          twinTypes: [
            {
              id: "broken.gauge@1",
              title: "A gauge",
              properties: v.object({}),
              streams: { level: { title: "Level", unit: "" } },
              links: {},
            },
          ],
        },
      }),
  },
  {
    name: "answers whatever capability is named",
    rejectedBy: "manifest.refuses-the-undeclared",
    make: () => servedWith((sound) => ({ run: (_id, ...question) => sound.run("broken.level@1", ...question) })),
  },
];
