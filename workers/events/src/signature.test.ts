// Signatures against independent arithmetic; `npm run test:vectors` holds them against the published vector.

import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isSigned, newSecret, signatureHeaders } from "./signature.ts";

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

test("a signature is known among others, and no other secret, id, time or body has it", async () => {
  const [mine, other] = [newSecret(), newSecret()];
  const message = { id: "msg_1", timestamp: 1, body: "b" };
  const { "webhook-signature": signatures = "" } = await signatureHeaders([other, mine], message);
  expect(await isSigned(mine, `v1a,AAAA ${signatures}`, message)).toBe(true);
  expect(await isSigned(newSecret(), signatures, message)).toBe(false);
  for (const changed of [{ id: "msg_2" }, { timestamp: 2 }, { body: "c" }])
    expect(await isSigned(mine, signatures, { ...message, ...changed })).toBe(false);
  for (const none of ["", "v1,", "v1,*", signatures.replaceAll("v1,", "v2,")])
    expect(await isSigned(mine, none, message)).toBe(false);
});
