// The tables of a twin, and the part of a bucket that streams use, without a Worker.

import { prepareStorage } from "@eigentwin/objects";
import { testStorage } from "@eigentwin/objects/testing";
import { TWIN_STEPS } from "../src/steps.ts";
import { bringPointsForward } from "../src/streams/bring-forward.ts";
import type { Bodies } from "../src/streams/segments.ts";

/** Storage with the tables of a twin. */
export function openTwinStorage(): DurableObjectStorage {
  const { storage } = testStorage();
  prepareStorage(storage, TWIN_STEPS, () => bringPointsForward(storage.sql));
  return storage;
}

export const openTwinTables = (): SqlStorage => openTwinStorage().sql;

export interface HeldBodies {
  bodies: Bodies;
  held: Map<string, ArrayBuffer>;
}

export function holdBodies(): HeldBodies {
  const held = new Map<string, ArrayBuffer>();
  const bodies = {
    async get(key: string) {
      const bytes = held.get(key);
      return bytes ? { arrayBuffer: async () => bytes } : null;
    },
    put: async (key: string, bytes: ArrayBuffer) => void held.set(key, bytes),
    async delete(keys: string | string[]) {
      for (const key of [keys].flat()) held.delete(key);
    },
    list: async ({ prefix }: { prefix: string }) => ({
      objects: [...held.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key })),
    }),
  };
  return { bodies: bodies as unknown as Bodies, held };
}
