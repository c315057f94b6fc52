// Two kinds of tests: pure ones in Node, and flows that start real Workers (style: tests stand beside the code).

import { defineConfig } from "vitest/config";

const flows = ["workers/**/*.test.ts", "**/*.flow.test.ts"];
const elsewhere = ["**/node_modules/**", "**/dist/**", "**/.wrangler/**"];

/** What fails here fails by what it sees, on however busy a machine. */
const PATIENT = { testTimeout: 180_000, hookTimeout: 300_000, expect: { poll: { timeout: 30_000 } } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...elsewhere, ...flows],
          maxWorkers: 2,
          ...PATIENT,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "workers",
          include: flows,
          exclude: elsewhere,
          // One harness at a time: each starts a workerd and needs seconds and memory.
          fileParallelism: false,
          maxWorkers: 1,
          ...PATIENT,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
