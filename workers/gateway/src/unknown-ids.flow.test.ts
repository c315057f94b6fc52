// A short scan over ids that are not there; `npm run test:unknown-ids` makes a long one.

import { expect, test } from "vitest";
import { startTestDeployment } from "../testing/deployment.ts";
import { scanUnknownIds } from "../testing/unknown-ids.ts";

test("asking for what is not there leaves no object behind, and is always answered so", async () => {
  const deployment = await startTestDeployment();
  try {
    const { statuses, made } = await scanUnknownIds(deployment, { count: 420, connections: 8 });
    expect([...statuses]).toEqual([[404, 420]]);
    expect(made).toEqual([]);
  } finally {
    await deployment.stop();
  }
});
