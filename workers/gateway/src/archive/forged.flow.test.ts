// What somebody who writes an archive by hand cannot do: name another tenant's content, have it deleted, have it signed, or
// put anything over what is there.

import { createHash } from "node:crypto";
import { packTar, unpackTar } from "modern-tar";
import type { EvidenceBundle, KeySet } from "@eigentwin/core";
import { runOf, tenantOf } from "@eigentwin/runs";
import { signerOf } from "@eigentwin/system";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeAdministrator } from "../../testing/administration.ts";
import { OWN_KEY, startTestDeployment, type TestDeployment } from "../../testing/deployment.ts";

interface Member {
  path: string;
  text: string;
}
interface Answered {
  status: number;
  body: Record<string, unknown>;
}

const HEX = "0a".repeat(32);
let deployment: TestDeployment;
let administrator: string;
let own: Member[];
let run: string;
let bodies: R2Bucket;

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const find = (path: RegExp, members = own) => members.find((member) => path.test(member.path)) as Member;

/** The archive of `own` as if it was another tenant's; `change` may then write it anew. */
function archiveOf(tenant: string, change: (member: Member) => Member[] = (member) => [member]): Member[] {
  const renamed = (text: string) => text.replaceAll(/(\\?["/])own(\\?["/])/g, `$1${tenant}$2`);
  return own.map(({ path, text }) => ({ path: renamed(path), text: renamed(text) })).flatMap(change);
}

/** Its last part has these lines more. */
const withRows =
  (path: RegExp, ...rows: unknown[][]) =>
  (member: Member): Member[] =>
    path.test(member.path)
      ? [{ ...member, text: member.text + rows.map((row) => `${JSON.stringify(row)}\n`).join("") }]
      : [member];

async function put(tenant: string, members: readonly Member[]): Promise<Answered> {
  const manifest = {
    schema: "urn:eigentwin:archive:1",
    tenant: { id: tenant, name: tenant },
    madeAt: "2026-01-01T00:00:00Z",
    members: members.map(({ path, text }) => ({ path, bytes: Buffer.byteLength(text), digest: digestOf(text) })),
  };
  const all = [...members, { path: "manifest.json", text: JSON.stringify(manifest) }];
  const tar = await packTar(
    all.map(({ path, text }) => ({ header: { name: path, size: Buffer.byteLength(text) }, body: text })),
  );
  const response = await deployment.fetch(`/v1/tenants/${tenant}/archive`, {
    method: "PUT",
    headers: { authorization: `Bearer ${administrator}`, "content-type": "application/x-tar" },
    body: tar as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const keyOf = ({ body }: Answered) => (body["key"] as { key: string }).key;
const asAdministrator = (method: string, path: string) => deployment.call(method, path, { key: administrator });
const runs = () =>
  deployment.harness
    .getWorker<Record<"RUNS" | "TENANTS" | "SIGNER", DurableObjectNamespace>>("eigentwin-runs")
    .getEnv();
const publishedKeys = async () =>
  ((await deployment.call("GET", "/.well-known/eigentwin-keys.json")).body as unknown as KeySet).keys;

/** Given up while it is being restored. */
async function deleted(tenant: string): Promise<void> {
  expect((await asAdministrator("DELETE", `/v1/tenants/${tenant}?confirm=${tenant}`)).status).toBe(202);
  const isGone = async () => (await asAdministrator("GET", `/v1/tenants/${tenant}`)).status === 404;
  await expect.poll(isGone, { timeout: 40_000, interval: 200 }).toBe(true);
}

beforeAll(async () => {
  deployment = await startTestDeployment();
  administrator = (await makeAdministrator(deployment)).key;
  await deployment.call("POST", "/v1/twins", { body: { id: "gauge-1", type: "broken.gauge@1" } });
  const columns = [{ name: "who", role: "individual", unit: "1", values: [1] }];
  await deployment.call("POST", "/v1/datasets", { body: { title: "t", columns } });
  const question = { capability: "broken.healthy@1", subject: { kind: "twin", id: "gauge-1" } };
  const asked = await deployment.call("POST", "/v1/runs", { body: question });
  expect(asked.body["state"]).toBe("succeeded");
  run = String(asked.body["id"]);
  const exported = await deployment.fetch("/v1/export", { headers: { authorization: `Bearer ${OWN_KEY}` } });
  own = (await unpackTar(new Uint8Array(await exported.arrayBuffer())))
    .map(({ header, data }) => ({ path: header.name, text: Buffer.from(data ?? []).toString("latin1") }))
    // What is no text is left out with what names it.
    .filter(({ path }) => !/^(manifest|index\/dataset|bodies\/datasets)/.test(path));
  ({ BODIES: bodies } = await deployment.harness.getWorker<{ BODIES: R2Bucket }>("eigentwin-gateway").getEnv());
});
afterAll(() => deployment.stop());

describe("bodies", () => {
  const keys = async () => (await bodies.list()).objects.map(({ key }) => key).sort();

  test("of a tenant stand in its own folder", async () => {
    expect((await keys()).map((key) => key.split("/")[1])).toEqual(["own", "own"]);
  });

  test("that a run names and that are not its archive's are refused, and outlive the tenant that named them", async () => {
    await bodies.put(`models/${HEX}`, "somebody's, from before there were folders");
    await bodies.put("restoring/somebody/manifest.json", "{}");
    const before = await keys();
    const victims = [...before, "restoring/somebody/manifest.json", "restoring/thief/manifest.json", "x".repeat(2000)];
    for (const key of victims) {
      const saved = ["saved_model", "model_1", "t", "sha256:00", key, "f"];
      const answer = await put("thief", archiveOf("thief", withRows(/^runs\//, saved)));
      expect(answer, key).toMatchObject({ status: 422, body: { code: "archive.malformed" } });
      // The tenant's rows would be read while it is deleted: this is quicker than waiting for it each time.
      if (key !== `models/${HEX}`) await startOver("thief");
      else await deleted("thief");
      expect(await keys()).toEqual(expect.arrayContaining(before));
    }
    await bodies.delete([`models/${HEX}`, "restoring/somebody/manifest.json"]);
  }, 60_000);

  test("are not shared, however equal: each would be deleted with the other", async () => {
    await bodies.put(`models/${HEX}`, "equal");
    const shared = { path: `bodies/models/${HEX}`, text: "equal" };
    const answer = await put("copy", [...archiveOf("copy"), shared]);
    expect(answer).toMatchObject({ status: 409, body: { code: "archive.conflict", at: shared.path } });
    await deleted("copy");
    expect(await (await bodies.get(`models/${HEX}`))?.text()).toBe("equal");
    await bodies.delete(`models/${HEX}`);
  }, 60_000);

  test("of ended runs must come with them", async () => {
    const answer = await put(
      "lacking",
      archiveOf("lacking", (one) => (one.path.startsWith("bodies/evidence") ? [] : [one])),
    );
    expect(answer).toMatchObject({ status: 422, body: { code: "archive.malformed", at: `runs/${run}/1.ndjson` } });
  });

  test("a copy beside its original, with bodies of its own, leaves the original whole when it goes", async () => {
    const before = (await deployment.call("GET", `/v1/runs/${run}/evidence`)).body;
    const key = keyOf(await put("beside", archiveOf("beside")));
    expect((await deployment.call("GET", `/v1/runs/${run}/evidence`, { key })).body).toEqual(before);
    await deleted("beside");
    expect((await deployment.call("GET", `/v1/runs/${run}/evidence`)).body).toEqual(before);
  }, 60_000);
});

/** As if nothing had come. */
async function startOver(tenant: string): Promise<void> {
  const { INDEX } = await deployment.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
  await INDEX.prepare("DELETE FROM tenant WHERE id = ?").bind(tenant).run();
}

describe("runs", () => {
  test("whose end was written by hand are not signed: they end anew, and say where they come from", async () => {
    const forged = archiveOf("forger", (one) => {
      if (!one.path.startsWith("runs/")) return [one];
      const text = one.text.replace('"succeeded",', '"running",').replace(/,\\"signature\\":\{[^}]*\}/, "");
      expect(text).not.toContain("signature");
      return withRows(/./, ["due", "sign", 0, 0])({ ...one, text });
    });
    const key = keyOf(await put("forger", forged));
    await expect
      .poll(async () => (await deployment.call("GET", `/v1/runs/${run}?wait=5`, { key })).body["state"], {
        timeout: 20_000,
      })
      .toBe("succeeded");
    const { evidence } = (await deployment.call("GET", `/v1/runs/${run}/bundle`, { key }))
      .body as unknown as EvidenceBundle;
    expect(JSON.parse(evidence)).toMatchObject({ restored: true, run: { attempts: 2 } });
    const { text } = find(/^bodies\/evidence/);
    expect(evidence).not.toBe(text);
  });

  test("with work that nobody knows are refused", async () => {
    const answer = await put("idle", archiveOf("idle", withRows(/^runs\//, ["due", "mine bitcoin", 0, 0])));
    expect(answer).toMatchObject({ status: 422, body: { code: "archive.malformed", at: `runs/${run}/1.ndjson` } });
  });

  test("that no row of the index names are refused", async () => {
    const answer = await put(
      "hidden",
      archiveOf("hidden", (one) => (one.path.startsWith("index/run") ? [] : [one])),
    );
    expect(answer).toMatchObject({ status: 422, body: { code: "archive.malformed", at: `runs/${run}/1.ndjson` } });
  });

  test("of a tenant that is not being restored are not written over", async () => {
    const { RUNS } = await runs();
    const bytes = new TextEncoder().encode(find(/^runs\//).text);
    expect(await runOf(RUNS, "own", run).restorePart(bytes)).toMatchObject({ failure: { code: "tenant.exists" } });
    expect((await deployment.call("GET", `/v1/runs/${run}`)).body["state"]).toBe("succeeded");
  });
});

describe("signing keys", () => {
  // RFC 8037, appendix A.3
  const foreign = {
    kty: "OKP",
    crv: "Ed25519",
    x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    kid: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    use: "sig",
    alg: "Ed25519",
  };
  const withKeys = (keys: unknown[]) => (one: Member) =>
    one.path === "signing-keys.json" ? [{ ...one, text: JSON.stringify({ keys }) }] : [one];

  test("are adopted with the tenant or not at all", async () => {
    const before = await publishedKeys();
    const refused = archiveOf("refused", withKeys([foreign])).flatMap(withRows(/^runs\//, ["due", "x", 0, 0]));
    expect((await put("refused", refused)).status).toBe(422);
    expect(await publishedKeys()).toEqual(before);
    expect((await put("adopting", archiveOf("adopting", withKeys([foreign])))).status).toBe(200);
    expect((await publishedKeys()).at(-1)).toMatchObject({ kid: foreign.kid, adoptedAt: expect.any(String) });
  });

  test("are so many and no more", async () => {
    const before = await publishedKeys();
    const made = await Promise.all(
      Array.from({ length: 16 }, async () => {
        const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
        const { x = "" } = (await crypto.subtle.exportKey("jwk", pair.publicKey)) as JsonWebKey;
        const text = JSON.stringify({ crv: "Ed25519", kty: "OKP", x });
        return { ...foreign, x, kid: createHash("sha256").update(text).digest("base64url") };
      }),
    );
    const answer = await put("many", archiveOf("many", withKeys(made)));
    expect(answer).toMatchObject({ status: 422, body: { code: "archive.too-large" } });
    expect((await asAdministrator("GET", "/v1/tenants/many")).body["state"]).toBe("restoring");
    expect(await publishedKeys()).toEqual(before);
    const { SIGNER } = await runs();
    expect(await signerOf(SIGNER).adopt({ keys: made.slice(1) as KeySet["keys"] })).toMatchObject({ ok: true });
    expect(await signerOf(SIGNER).adopt({ keys: made.slice(0, 1) as KeySet["keys"] })).toMatchObject({ ok: false });
  });
});

describe("one request at a time", () => {
  test("of several with the same manifest one activates the tenant, and nothing of it is taken away again", async () => {
    const archive = archiveOf("race");
    const answers = await Promise.all([1, 2, 3, 4].map(() => put("race", archive)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const key = keyOf(answers.find(({ status }) => status === 200) as Answered);
    expect((await deployment.call("GET", "/v1/twins", { key })).body["items"]).toHaveLength(1);
    expect((await deployment.call("GET", "/v1/runs", { key })).body["items"]).toHaveLength(1);
    expect((await bodies.list({ prefix: "restoring/race/" })).objects).toEqual([]);
  });

  test("who holds the lease keeps others out until it is over, and a tenant that goes has none", async () => {
    const lessor = tenantOf((await runs()).TENANTS, "leased");
    expect(await lessor.lease("one", 60_000)).toBe(true);
    expect(await lessor.lease("two", 60_000)).toBe(false);
    await lessor.release("two");
    expect(await lessor.lease("two", 60_000)).toBe(false);
    await lessor.release("one");
    expect(await lessor.lease("two", -1)).toBe(true);
    expect(await lessor.lease("three", 60_000)).toBe(true);
    await lessor.release("three");
  });
});

describe("administrators", () => {
  test("make another first key of a tenant that lost all of them", async () => {
    const path = "/v1/tenants/other/keys";
    const { status, body } = await asAdministrator("POST", path);
    expect({ status, scopes: body["scopes"] }).toEqual({ status: 201, scopes: ["*"] });
    const { body: listed } = await deployment.call("GET", "/v1/keys", { key: String(body["key"]) });
    expect(JSON.stringify(listed)).toContain("made by an administrator");
    expect((await asAdministrator("POST", "/v1/tenants/idle/keys")).body["code"]).toBe("tenant.busy");
    expect((await asAdministrator("POST", "/v1/tenants/nowhere/keys")).status).toBe(404);
  });

  test("restore no tenant of an id that no tenant may have", async () => {
    for (const id of ["Own", "a.b", "administration"]) expect([400, 404, 422]).toContain((await put(id, [])).status);
    expect((await put("Own", [])).body["code"]).toBe("request.invalid");
  });
});

test("a deletion that was not over when its tenant's id was taken again leaves the new tenant alone", async () => {
  const { TENANTS } = await runs();
  const storage = await deployment.harness
    .getWorker("eigentwin-runs")
    .getDurableObjectStorage("TenantObject", { name: "own" });
  await tenantOf(TENANTS, "own").remove("own", "2020-01-01T00:00:00Z");
  const tables = async () => storage.exec("SELECT name FROM sqlite_master WHERE name = 'deletion'");
  expect(JSON.stringify(await tables())).toContain("deletion");
  await expect
    .poll(async () => JSON.stringify(await tables()), { timeout: 30_000, interval: 300 })
    .not.toContain("deletion");
  expect((await asAdministrator("GET", "/v1/tenants/own")).body["state"]).toBe("active");
  expect((await deployment.call("GET", `/v1/runs/${run}`)).status).toBe(200);
}, 40_000);
