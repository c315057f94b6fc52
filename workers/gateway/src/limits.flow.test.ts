// What is limited per key and per tenant is so over HTTP, and says it in the fields that clients know.

import { afterAll, beforeAll, expect, test } from "vitest";
import { makeKey } from "../testing/administration.ts";
import { OTHER_KEY, OWN_KEY, startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
const KEY = 20;
const TENANT = 50;
/** Long, so that next to nothing is filled again while the test goes on. */
const WINDOW = 6_000;
beforeAll(async () => {
  deployment = await startTestDeployment(undefined, {
    RATE_LIMIT_KEY: `${KEY}/${WINDOW}`,
    RATE_LIMIT_TENANT: `${TENANT}/${WINDOW}`,
  });
});
afterAll(() => deployment.stop());

const list = (key: string) => deployment.call("GET", "/v1/twins", { key });

test("a key is let in as often as its quota says, and then told when to come again", async () => {
  const { key } = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"] });
  const first = await list(key);
  expect(first.headers.get("ratelimit-policy")).toBe(`"key";q=${KEY};w=${WINDOW}, "tenant";q=${TENANT};w=${WINDOW}`);
  expect(first.headers.get("ratelimit")).toMatch(/^"key";r=19;t=\d+, "tenant";r=4\d;t=\d+$/);
  const answers = await Promise.all(Array.from({ length: KEY + 5 }, () => list(key)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(KEY - 1);
  const refused = answers.find(({ status }) => status === 429);
  expect(refused).toMatchObject({
    body: { code: "request.rate-limited", type: "urn:eigentwin:problem:request.rate-limited", retry: true },
  });
  expect(refused?.headers.get("content-type")).toContain("application/problem+json");
  // A token comes every 300 seconds.
  const wait = Number(refused?.headers.get("retry-after"));
  expect(wait).toBeGreaterThan(250);
  expect(wait).toBeLessThanOrEqual(WINDOW / KEY);
  expect(refused?.headers.get("ratelimit")).toMatch(/^"key";r=0;t=\d+$/);
});

test("all keys of a tenant together have its quota, and another tenant has its own", async () => {
  const { key } = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"] });
  const more = await makeKey(deployment, OWN_KEY, { scopes: ["twins:read"] });
  const answers = await Promise.all([key, more.key].flatMap((one) => Array.from({ length: KEY }, () => list(one))));
  const refused = answers.find(({ status }) => status === 429);
  expect(refused?.headers.get("ratelimit")).toContain('"tenant";r=0');
  expect((await list(OTHER_KEY)).status).toBe(200);
});

test("nobody's requests are counted for somebody", async () => {
  const answer = await deployment.call("GET", "/v1/twins", { key: "et_never_made" });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("ratelimit")).toBeNull();
});
