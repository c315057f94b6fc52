import { readKeySet, verifyEvidence, type EvidenceBundle, type KeySet, type Signature } from "@eigentwin/core";
import { signerOf, type SignerService } from "@eigentwin/system";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestDeployment, type TestDeployment } from "../testing/deployment.ts";

let deployment: TestDeployment;
let signer: SignerService;
const KEYS = "/.well-known/eigentwin-keys.json";

beforeAll(async () => {
  deployment = await startTestDeployment();
  await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
  const { SIGNER } = await deployment.harness.getWorker<{ SIGNER: DurableObjectNamespace }>("eigentwin-runs").getEnv();
  signer = signerOf(SIGNER);
});
afterAll(() => deployment.stop());

const ask = (capability: string, headers: Record<string, string> = {}) => {
  const body = { capability: `broken.${capability}@1`, subject: { kind: "twin", id: "gauge-1" } };
  return deployment.call("POST", "/v1/runs", { body, headers });
};
const publishedKeys = async (): Promise<KeySet> => readKeySet((await deployment.call("GET", KEYS, { key: null })).body);
const bundleOf = async (run: unknown): Promise<EvidenceBundle> =>
  (await deployment.call("GET", `/v1/runs/${run}/bundle`)).body as unknown as EvidenceBundle;
const statesOf = async (bundle: EvidenceBundle, keys: KeySet) =>
  Object.fromEntries((await verifyEvidence(bundle, keys)).map(({ check, state }) => [check, state]));

const SIGNED = { "canonical text": "pass", "evidence digest": "pass", signature: "pass", key: "pass", input: "pass" };

describe("the keys of a deployment", () => {
  test("are public, and none before something is signed", async () => {
    const { status, headers, body } = await deployment.call("GET", KEYS, { key: null });
    expect({ status, body }).toEqual({ status: 200, body: { keys: [] } });
    expect(headers.get("content-type")).toBe("application/jwk-set+json");
  });

  test("are one, also where the first two signatures are asked for at once", async () => {
    const text = new TextEncoder().encode("text");
    const [one, two] = await Promise.all([signer.sign(text), signer.sign(text)]);
    expect(two).toEqual(one);
    expect((await publishedKeys()).keys.map(({ kid }) => kid)).toEqual([one.keyId]);
  });
});

describe("every end of a run leaves signed evidence", () => {
  test("one that succeeded", async () => {
    const { body } = await ask("healthy");
    const bundle = await bundleOf(body["id"]);
    expect(bundle.evidenceDigest).toBe(body["evidenceDigest"]);
    expect(await statesOf(bundle, await publishedKeys())).toMatchObject({ ...SIGNED, result: "pass" });
  });

  test("one that failed", async () => {
    const bundle = await bundleOf((await ask("throws")).body["id"]);
    expect(await statesOf(bundle, await publishedKeys())).toMatchObject({ ...SIGNED, result: "not-checkable" });
  });

  test("one that was cancelled, and none before it has ended", async () => {
    const { body } = await ask("slow", { prefer: "wait=0" });
    const early = await deployment.call("GET", `/v1/runs/${body["id"]}/bundle`);
    expect(early).toMatchObject({ status: 409, body: { code: "run.not-ended" } });
    await deployment.call("POST", `/v1/runs/${body["id"]}/cancel`);
    const bundle = await bundleOf(body["id"]);
    expect(await statesOf(bundle, await publishedKeys())).toMatchObject({ ...SIGNED, result: "not-checkable" });
  });

  test("which the evidence route tells in a header", async () => {
    const { body } = await ask("healthy");
    const { headers } = await deployment.call("GET", `/v1/runs/${body["id"]}/evidence`);
    const { signature } = await bundleOf(body["id"]);
    const { keyId, algorithm, value } = signature as Signature;
    expect(headers.get("eigentwin-signature")).toBe(`keyid="${keyId}", alg="${algorithm}", value="${value}"`);
  });

  test("is nobody else's", async () => {
    const { body } = await ask("healthy");
    const foreign = await deployment.call("GET", `/v1/runs/${body["id"]}/bundle`, { key: "et_test_other" });
    const none = await deployment.call("GET", "/v1/runs/run_none/bundle", { key: "et_test_other" });
    expect(foreign).toMatchObject({ status: 404, body: { code: "run.not-found" } });
    expect(foreign.body).toEqual(none.body);
  });
});

test("a signer that does not answer delays the end of a run, which then is the end that it had", async () => {
  const storage = await deployment.harness
    .getWorker("eigentwin-system")
    .getDurableObjectStorage("SignerObject", { name: "signer" });
  await storage.exec("ALTER TABLE signing_key RENAME TO lost_key");
  const { status, body } = await ask("healthy", { prefer: "wait=2" });
  expect({ status, state: body["state"] }).toEqual({ status: 202, state: "running" });
  expect(body).not.toHaveProperty("result");
  const early = await deployment.call("GET", `/v1/runs/${body["id"]}/evidence`);
  expect(early.body).toMatchObject({ code: "run.not-ended" });
  // What is fixed stays so: a cancel comes too late.
  const cancelled = deployment.call("POST", `/v1/runs/${body["id"]}/cancel`);
  await deployment.call("GET", `/v1/runs/${body["id"]}`);
  await storage.exec("ALTER TABLE lost_key RENAME TO signing_key");
  const ended = await deployment.call("GET", `/v1/runs/${body["id"]}?wait=60`);
  expect(ended.body).toMatchObject({ state: "succeeded", attempts: 1 });
  await cancelled;
  expect(await statesOf(await bundleOf(body["id"]), await publishedKeys())).toMatchObject(SIGNED);
});

test("a key that is rotated signs nothing new, and what it signed stands", async () => {
  const before = await bundleOf((await ask("healthy")).body["id"]);
  await signer.rotate();
  const after = await bundleOf((await ask("healthy")).body["id"]);
  expect(after.signature?.keyId).not.toBe(before.signature?.keyId);
  const keys = await publishedKeys();
  expect(keys.keys.map(({ retiredAt }) => retiredAt !== undefined)).toEqual([true, false]);
  expect(await statesOf(before, keys)).toMatchObject(SIGNED);
  expect(await statesOf(after, keys)).toMatchObject(SIGNED);
});

test("keys of another deployment are adopted as such, own keys stay own, and a false one is refused", async () => {
  const own = await publishedKeys();
  // RFC 8037, appendix A.3
  const foreign = {
    kty: "OKP",
    crv: "Ed25519",
    x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    use: "sig",
    alg: "Ed25519",
  } as const;
  expect(await signer.adopt({ keys: [...own.keys, foreign] })).toMatchObject({ ok: true });
  const { keys } = await publishedKeys();
  expect(keys.slice(0, -1)).toEqual(own.keys);
  expect(keys.at(-1)).toMatchObject({ ...foreign, adoptedAt: expect.any(String) });
  const [lying] = own.keys.map((key) => ({ ...key, kid: foreign.kid }));
  expect(await signer.adopt({ keys: lying ? [lying] : [] })).toMatchObject({ ok: false });
});

test("a run that ended before evidence was signed says so", async () => {
  const { body } = await ask("healthy");
  const run = await deployment.harness
    .getWorker("eigentwin-runs")
    .getDurableObjectStorage("RunObject", { name: `own/${body["id"]}` });
  await run.exec("UPDATE run SET conclusion = json_remove(conclusion, '$.evidence.signature')");
  const bundle = await bundleOf(body["id"]);
  expect(bundle).toMatchObject({ signature: null, publicKey: null, unsigned: expect.stringContaining("before") });
  expect(await statesOf(bundle, { keys: [] })).toMatchObject({ signature: "not-checkable", key: "fail" });
  const { headers } = await deployment.call("GET", `/v1/runs/${body["id"]}/evidence`);
  expect(headers.has("eigentwin-signature")).toBe(false);
});
