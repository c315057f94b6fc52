// Random commands to twins and their branches over HTTP, with a restart inside of each sequence: `npm run test:twins` takes more
// of them.

import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDeployment, type TestDeployment } from "../testing/deployment.ts";
import { checkOverHttp } from "../testing/twin-model.ts";

const SEQUENCES = 10;
const SEED = 20_261_122;

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
});
afterAll(() => deployment.stop());

test(`${SEQUENCES} sequences over HTTP are as the model says, across a restart (seed ${SEED})`, async () => {
  const checking = { sequences: SEQUENCES, seed: SEED, atOnce: 5, restarts: 1, restart: () => deployment.restart() };
  expect(await checkOverHttp(deployment, checking)).toBeGreaterThan(SEQUENCES);
});
