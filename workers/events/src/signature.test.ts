// Signatures against independent arithmetic; `npm run test:vectors` holds them against the published vector.

import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { newSecret, signatureHeaders } from "./signature.ts";

const byNode = (secret: string, content: string): string =>
  `v1,${createHmac("sha256", Buffer.from(secret.replace("whsec_", ""), "base64"))
    .update(content)
    .digest("base64")}`;

test("a signature is over id, time and body, whatever the body holds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.nat(), async (body, timestamp) => {
      const secret = newSecret();
      const headers = await signatureHeaders([secret], { id: "evt_1", timestamp, body });
      expect(headers).toEqual({
        "webhook-id": "evt_1",
        "webhook-timestamp": String(timestamp),
        "webhook-signature": byNode(secret, `evt_1.${timestamp}.${body}`),
      });
    }),
    { numRuns: 30 },
  );
});

test("every secret that is good signs, the newest first", async () => {
  const [newer, older] = [newSecret(), newSecret()];
  const headers = await signatureHeaders([newer, older], { id: "a", timestamp: 1, body: "b" });
  expect(headers["webhook-signature"]).toBe(`${byNode(newer, "a.1.b")} ${byNode(older, "a.1.b")}`);
  expect(newer).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
});
