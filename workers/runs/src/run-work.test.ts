// What is due of a run that is being erased waits, and is not lost.

import { prepareStorage } from "@eigentwin/objects";
import { testStorage } from "@eigentwin/objects/testing";
import { expect, test, vi } from "vitest";
import type { Env } from "../env.ts";
import { RUN_WORKS, RunWork } from "./run-work.ts";
import { RUN_STEPS } from "./steps.ts";

/** The one thing of the platform that this needs outside of a Worker: a class to extend. */
vi.mock("cloudflare:workers", () => ({ RpcTarget: class {} }));

test("work that is due after the stop is neither done nor due at once again", async () => {
  const { storage } = testStorage();
  prepareStorage(storage, RUN_STEPS, () =>
    storage.sql.exec(
      `INSERT INTO run (one, request, resolution, state, spent, synthetic, accepted_at)
       VALUES (1, '{"id": "run_1", "tenant": "own"}', '{}', 'running', '{}', 0, 'then')`,
    ),
  );
  const nothing = () => undefined;
  const work = new RunWork({} as Env, storage, { changed: nothing, ended: nothing, tenantGone: async () => {} });
  expect(await work.stop()).toBe(true);
  const stoppedAt = Date.now();
  for (const name of RUN_WORKS) {
    await work.serve({ work: name, tries: 0 });
    const [due] = storage.sql.exec<{ at_ms: number }>("SELECT at_ms FROM due WHERE work = ?", name).toArray();
    expect(due?.at_ms, name).toBeGreaterThan(stoppedAt);
  }
});
