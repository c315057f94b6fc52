import { expect, test } from "vitest";
import { keyIdOf, publicKeyOf, readKeySet, signatureFault } from "./signature.ts";

/** RFC 8037, appendix A: a public key, its thumbprint, and what its private key has signed. */
const PUBLISHED = {
  x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  thumbprint: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
  text: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
  signature: "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
};
const bytes = new TextEncoder().encode(PUBLISHED.text);
const signed = (value: string, keyId = PUBLISHED.thumbprint) => ({ keyId, algorithm: "Ed25519" as const, value });

test("a key is named by its published thumbprint", async () => {
  expect(await keyIdOf(PUBLISHED)).toBe(PUBLISHED.thumbprint);
});

test("the published signature holds for its text, and for no other", async () => {
  const key = await publicKeyOf(PUBLISHED.x);
  expect(await signatureFault(bytes, signed(PUBLISHED.signature), key)).toBeUndefined();
  expect(await signatureFault(bytes.slice(1), signed(PUBLISHED.signature), key)).toContain("not a signature");
});

test("a second text for the same bytes is no signature", async () => {
  const key = await publicKeyOf(PUBLISHED.x);
  // The last letter carries four bits that mean nothing: "g" and "h" are the same 64 bytes.
  const twin = PUBLISHED.signature.replace(/g$/, "h");
  expect(await signatureFault(bytes, signed(twin), key)).toContain("64 bytes");
  expect(await signatureFault(bytes, signed(`${PUBLISHED.signature}==`), key)).toContain("64 bytes");
});

test("a key that calls itself something else is not believed", async () => {
  const key = { ...(await publicKeyOf(PUBLISHED.x)), kid: "mine" };
  expect(await signatureFault(bytes, signed(PUBLISHED.signature), key)).toContain("calls itself mine");
  await expect(readKeySet({ keys: [key] })).rejects.toMatchObject({ failure: { at: "/keys/0/kid" } });
  await expect(readKeySet({ keys: [{ kty: "RSA" }] })).rejects.toMatchObject({ failure: { code: "request.invalid" } });
  expect(await readKeySet({ keys: [await publicKeyOf(PUBLISHED.x)] })).toMatchObject({ keys: [{ x: PUBLISHED.x }] });
});
