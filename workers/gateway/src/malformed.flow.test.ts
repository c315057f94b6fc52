// Malformed requests, made from the OpenAPI document: no fault of ours, no change of state. `npm run test:malformed` sends more.

import { afterAll, beforeAll, expect, test } from "vitest";
import { barrage } from "../testing/barrage.ts";
import { OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
});
afterAll(() => deployment.stop());

test("1,500 malformed requests are refused as problems and change nothing", async () => {
  const { statuses, faults, changed } = await barrage(deployment, {
    count: 1_500,
    seed: 1,
    connections: 8,
    authorization: `Bearer ${OWN_KEY}`,
  });
  expect(faults).toEqual([]);
  expect(changed).toEqual([]);
  // A barrage that never came past authentication, or met one refusal only, would show nothing.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([400, 401, 404, 415, 422]));
}, 180_000);
