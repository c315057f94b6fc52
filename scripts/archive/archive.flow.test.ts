// A tenant's whole content taken out of one deployment and put into another: every GET is the same to the byte.

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packTar, unpackTar, type TarHeader } from "modern-tar";
import { readKeySet, verifyEvidence } from "@eigentwin/core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ask, call, type Api } from "../../examples/engines/client.ts";
import { crawl, untilListed, type Answers } from "../upgrade/crawl.ts";
import { fill, leaveUnderWay, remainingLife, type Filled } from "../upgrade/fill.ts";
import { run as command } from "../command.ts";
import { putIn } from "./put-in.ts";
import { takeOut } from "./take-out.ts";
import { OTHER_KEY, OWN_KEY, startTestDeployment, type TestDeployment } from "@eigentwin/gateway/testing/deployment";

const digestOf = (bytes: Uint8Array) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

interface ArchiveMember {
  name: string;
  bytes: Uint8Array;
}

let from: TestDeployment;
let into: TestDeployment;
let fromUrl: string;
let intoUrl: string;
let filled: Filled;
let before: Answers;
let members: ArchiveMember[];
/** The tenant's own, in the second deployment. */
let key: string;

const crawled = async (api: Api) => ({
  ...(await crawl(api, [filled.beforeCorrections, filled.afterCorrections])),
  ...(await branchOf(api)),
});

/** Of a vane: written to, with points of its own. */
const BRANCH = "/v1/twins/vane-1~what-if";

async function makeBranch(api: Api): Promise<void> {
  await call(api, "POST", "/v1/twins/vane-1/branches", { name: "what-if" });
  await call(api, "PUT", `${BRANCH}/properties/place`, "mast", { "if-match": "*" });
  await call(api, "POST", `${BRANCH}/points`, {
    points: [{ stream: "direction", observedAt: "2026-01-01T00:00:00Z", value: 3 }],
  });
}

async function branchOf({ url, key: secret }: Api): Promise<Answers> {
  const answers: Answers = {};
  const asOf = "2100-01-01T00:00:00Z";
  for (const path of [
    "/v1/twins/vane-1/branches",
    BRANCH,
    `${BRANCH}/streams/direction?asOf=${asOf}`,
    `${BRANCH}/history`,
  ]) {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${secret}` } });
    answers[path] = { status: response.status, text: await response.text() };
    expect(response.status).toBe(200);
  }
  return answers;
}

async function exported(url: string, secret: string): Promise<ArchiveMember[]> {
  const response = await fetch(`${url}/v1/export`, { headers: { authorization: `Bearer ${secret}` } });
  expect(response.headers.get("content-type")).toBe("application/x-tar");
  const entries = await unpackTar(new Uint8Array(await response.arrayBuffer()), { strict: true });
  return entries.map(({ header, data }) => ({ name: header.name, bytes: data ?? new Uint8Array() }));
}

const tarOf = (some: readonly ArchiveMember[]) =>
  packTar(some.map(({ name, bytes }) => ({ header: { name, size: bytes.length }, body: bytes })));

async function put(body: Uint8Array, tenant = "own") {
  const response = await fetch(`${intoUrl}/v1/tenants/${tenant}/archive`, {
    method: "PUT",
    headers: { authorization: `Bearer ${OTHER_KEY}`, "content-type": "application/x-tar" },
    body: body as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const textOf = ({ bytes }: ArchiveMember) => new TextDecoder().decode(bytes);
const jsonOf = (member: ArchiveMember) => JSON.parse(textOf(member)) as Manifest;
interface Manifest {
  schema: string;
  tenant: { id: string };
  members: { path: string; bytes: number; digest: string }[];
}

/** Of the second deployment: its administrator stays. */
async function forgetTenant(): Promise<void> {
  const { INDEX } = await into.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
  await INDEX.prepare("DELETE FROM api_key WHERE tenant = 'own'").run();
  await INDEX.prepare("DELETE FROM tenant WHERE id = 'own'").run();
}

const GONE = { id: "gauge-gone", type: "broken.gauge@1" };

/** Of a twin that was erased, the archive has the receipt. */
async function eraseOne(): Promise<void> {
  await from.call("POST", "/v1/twins", { body: GONE });
  const erasing = await from.call("POST", `/v1/twins/${GONE.id}/erasure`, { body: { confirm: GONE.id } });
  const at = String(erasing.headers.get("location"));
  const isErased = async () => expect((await from.call("GET", at)).body).toMatchObject({ state: "erased" });
  await vi.waitFor(isErased, { timeout: 60_000, interval: 1_000 });
}

beforeAll(async () => {
  from = await startTestDeployment();
  fromUrl = (await from.harness.listen()).url.origin;
  filled = await fill({ url: fromUrl, key: OWN_KEY });
  await makeBranch({ url: fromUrl, key: OWN_KEY });
  await untilListed({ url: fromUrl, key: OWN_KEY });
  await eraseOne();
  before = await crawled({ url: fromUrl, key: OWN_KEY });
  members = await exported(fromUrl, OWN_KEY);
  into = await startTestDeployment();
  intoUrl = (await into.harness.listen()).url.origin;
  const { INDEX } = await into.harness.getWorker<{ INDEX: D1Database }>("eigentwin-gateway").getEnv();
  await INDEX.prepare(
    `UPDATE api_key SET scopes = '["*","tenants:read","tenants:write"]' WHERE tenant = 'other'`,
  ).run();
  await forgetTenant();
});
afterAll(async () => {
  await from?.stop();
  await into?.stop();
});

describe("an archive", () => {
  test("ends with the manifest, which names every other member with its digest", () => {
    const manifest = jsonOf(members.at(-1) as ArchiveMember);
    expect(manifest).toMatchObject({ schema: "urn:eigentwin:archive:1", tenant: { id: "own" } });
    expect(manifest.members).toEqual(
      members.slice(0, -1).map(({ name, bytes }) => ({ path: name, bytes: bytes.length, digest: digestOf(bytes) })),
    );
    expect(new Set(members.map(({ name }) => name.split("/")[0]))).toEqual(
      new Set(["twins", "runs", "index", "bodies", "audit", "signing-keys.json", "manifest.json"]),
    );
  });

  test("holds no key and nothing of another tenant", () => {
    const secret = createHash("sha256").update(OWN_KEY).digest("hex");
    for (const { bytes } of members) {
      const text = Buffer.from(bytes).toString("latin1");
      for (const word of [OWN_KEY, secret, "api_key", '"other"']) expect(text.includes(word)).toBe(false);
    }
  });

  test("is the same again, member by member", async () => {
    const again = await exported(fromUrl, OWN_KEY);
    expect(jsonOf(again.at(-1) as ArchiveMember).members).toEqual(jsonOf(members.at(-1) as ArchiveMember).members);
  });
});

describe("what is refused", () => {
  const file = (name: string, text = "{}"): ArchiveMember => ({ name, bytes: new TextEncoder().encode(text) });
  const header = (more: Partial<TarHeader>): TarHeader => ({ name: "manifest.json", size: 0, ...more });

  test.each([
    "../twins/a/1.ndjson",
    "twins/../a/1.ndjson",
    "twins/a/0.ndjson",
    "twins/a/b/1.ndjson",
    "/manifest.json",
    "bodies/../datasets/a",
    "bodies/restoring/own/manifest.json",
    "index/api_key/1.ndjson",
    "index/tenant/1.ndjson",
    "notes.txt",
  ])("a member at %s", async (name) => {
    const answer = await put(await tarOf([file(name)]));
    expect(answer).toMatchObject({ status: 422, body: { code: "archive.malformed", at: name } });
  });

  test("a link", async () => {
    const link = header({ name: "bodies/models/a", type: "symlink", linkname: "/etc/passwd" });
    expect(await put(await packTar([{ header: link }]))).toMatchObject({ status: 422 });
  });

  test("a tar that is cut off, and what is no tar", async () => {
    const whole = await tarOf(members.slice(0, 2));
    expect(await put(whole.slice(0, 700))).toMatchObject({ status: 422, body: { code: "archive.malformed" } });
    expect(await put(new Uint8Array(2048).fill(65))).toMatchObject({
      status: 422,
      body: { code: "archive.malformed" },
    });
  });

  test("a member that is too large, before it is read", async () => {
    const tar = await tarOf([file("index/run/1.ndjson", " ".repeat(17 * 1024 * 1024))]);
    expect(await put(tar.slice(0, 2048))).toMatchObject({ status: 422, body: { at: "index/run/1.ndjson" } });
    expect(await put(tar)).toMatchObject({ status: 422, body: { at: "index/run/1.ndjson" } });
  });

  test("the archive of another tenant", async () => {
    const answer = await put(await tarOf(members.slice(-1)), "somebody");
    expect(answer).toMatchObject({ status: 422, body: { code: "archive.malformed", at: "manifest.json" } });
  });

  test("content of another tenant under this one's manifest", async () => {
    for (const what of ["twins/", "index/twin/"]) {
      const some = members.filter(({ name }) => name.startsWith(what)).slice(0, 1);
      const thief = `thief-of-${what.split("/").at(-2)}`;
      const manifest = {
        ...jsonOf(members.at(-1) as ArchiveMember),
        tenant: { id: thief, name: "Thief" },
        members: some.map(({ name, bytes }) => ({ path: name, bytes: bytes.length, digest: digestOf(bytes) })),
      };
      const tar = await tarOf([...some, file("manifest.json", JSON.stringify(manifest))]);
      expect(await put(tar, thief)).toMatchObject({ status: 422, body: { code: "archive.malformed" } });
    }
  });

  test("a tenant that is active", async () => {
    expect(await put(await tarOf(members), "other")).toMatchObject({ status: 409, body: { code: "tenant.exists" } });
  });
});

describe("a restore", () => {
  test("tells what is missing, and what has come with another digest", async () => {
    const [first, second, ...rest] = members;
    const manifest = rest.at(-1) as ArchiveMember;
    const spoilt = { name: first?.name ?? "", bytes: new TextEncoder().encode("{}") };
    const answer = await put(await tarOf([spoilt, manifest]));
    expect(answer).toMatchObject({ status: 409, body: { code: "archive.incomplete", at: first?.name } });
    expect(answer.body["detail"]).toContain(second?.name);
  });

  test("takes parts in any order, twice if need be, and lists what has come", async () => {
    const half = await tarOf(members.slice(0, Math.floor(members.length / 2)));
    for (const part of [half, half]) expect((await put(part)).status).toBe(409);
    const listed = await into.call("GET", "/v1/tenants/own/archive", { key: OTHER_KEY });
    expect((listed.body["items"] as unknown[]).length).toBeGreaterThan(2);
    expect((await into.call("GET", "/v1/twins", { key: OWN_KEY })).status).toBe(401);
  });

  test("is over when all of it is there, with a key of the tenant", async () => {
    const answer = await put(await tarOf(members));
    expect(answer).toMatchObject({ status: 200, body: { state: "active", received: members.length } });
    key = (answer.body["key"] as { key: string }).key;
    expect((await put(await tarOf(members))).body["code"]).toBe("tenant.exists");
  });

  test("every GET answers as it did, to the byte", async () => {
    expect(Object.keys(before).length).toBeGreaterThan(100);
    expect(await crawled({ url: intoUrl, key })).toEqual(before);
  });

  test("the audit log holds, and the ids of erased twins are not used here either", async () => {
    const there = await from.call("GET", "/v1/audit/verification");
    const here = await into.call("GET", "/v1/audit/verification", { key });
    expect(here.body).toMatchObject({ holds: true, head: there.body["head"] });
    expect((await into.call("GET", "/v1/erasures", { key })).body).toEqual(
      (await from.call("GET", "/v1/erasures")).body,
    );
    const taken = await into.call("POST", "/v1/twins", { key, body: GONE });
    expect(taken).toMatchObject({ status: 409, body: { code: "twin.erased" } });
  });

  test("an audit log that was changed is refused", async () => {
    const [head = "", ...rest] = textOf(members.find(({ name }) => name === "audit/1.ndjson") as ArchiveMember).split(
      "\n",
    );
    const bytes = new TextEncoder().encode([head, ...rest].join("\n").replace('"by":"key_own"', '"by":"key_else"'));
    const spoilt = members.map((member) => (member.name === "audit/1.ndjson" ? { ...member, bytes } : member));
    const manifest = jsonOf(members.at(-1) as ArchiveMember);
    const listed = manifest.members.map((one) =>
      one.path === "audit/1.ndjson" ? { ...one, bytes: bytes.length, digest: digestOf(bytes) } : one,
    );
    const last = {
      name: "manifest.json",
      bytes: new TextEncoder().encode(JSON.stringify({ ...manifest, members: listed })),
    };
    await forgetTenant();
    const answer = await put(await tarOf([...spoilt.slice(0, -1), last]));
    expect(answer).toMatchObject({ status: 422, body: { code: "archive.malformed", at: "audit/1.ndjson" } });
    await forgetTenant();
    const again = await put(await tarOf(members));
    expect(again.status, JSON.stringify(again.body)).toBe(200);
    key = (again.body["key"] as { key: string }).key;
  });

  test("twins are found by their values, which are made anew from the twins", async () => {
    const life = 'predictions."aerospace.remaining-life@1"';
    const query = new URLSearchParams({
      type: "aerospace.engine@1",
      filter: "streams.T24.value > 0",
      sort: "-streams.T24.value",
      fields: `streams.T24.value, streams.T24.observedAt, ${life}.value, ${life}.verdict`,
    });
    const path = `/v1/twins?${query.toString()}`;
    const [restored, original] = [await into.call("GET", path, { key }), await from.call("GET", path)];
    expect(original.body["items"]).toHaveLength(2);
    expect(restored).toMatchObject({ status: 200, body: original.body });
  });

  test("the archive of what was restored has the same members", async () => {
    const again = await exported(intoUrl, key);
    // Those of the deployment, and the list of all: the first has keys of its own now beside those that it took over.
    const isContent = ({ name }: ArchiveMember) => !/^(signing-keys|manifest)\.json$/.test(name);
    // That a run came out of an archive stands in its row.
    const digests = (some: readonly ArchiveMember[]) =>
      Object.fromEntries(
        some.filter(isContent).map((member) => {
          const lines = textOf(member).split("\n");
          const marked = lines.map((line) => (line.startsWith('["run",') ? line.replace(/,0\]$/, ",1]") : line));
          return [member.name, member.name.startsWith("runs/") ? marked.join("\n") : digestOf(member.bytes)];
        }),
      );
    expect(digests(again)).toEqual(digests(members));
  });

  test("evidence that was signed before is checked against keys that are told to be another deployment's", async () => {
    const [run] = (await into.call("GET", "/v1/runs?limit=200", { key })).body["items"] as { id: string }[];
    const { body: bundle } = await into.call("GET", `/v1/runs/${run?.id}/bundle`, { key });
    const published = await into.fetch("/.well-known/eigentwin-keys.json");
    const findings = await verifyEvidence(bundle, await readKeySet(await published.json()));
    const stateOf = (check: string) => findings.find((finding) => finding.check === check)?.state;
    expect([stateOf("signature"), stateOf("key")]).toEqual(["pass", "adopted"]);
    const folder = mkdtempSync(join(tmpdir(), "eigentwin-adopted-"));
    const file = join(folder, "bundle.json");
    writeFileSync(file, JSON.stringify(bundle));
    const check = ["scripts/verify-evidence.ts", file, "--keys", `${intoUrl}/.well-known/eigentwin-keys.json`];
    const [refused, accepted] = [await command("node", check), await command("node", [...check, "--accept-adopted"])];
    expect([refused.code, accepted.code]).toEqual([1, 0]);
    expect(refused.output).toContain("--accept-adopted");
    rmSync(folder, { recursive: true });
  });

  test("an old model answers a new question", async () => {
    const answered = await ask({ url: intoUrl, key }, remainingLife(filled.engine, filled.model));
    expect(answered.prediction).toBeDefined();
  });

  test("by the commands: in small parts, taken up where an earlier try ended, over whatever the objects held", async () => {
    const folder = mkdtempSync(join(tmpdir(), "eigentwin-archive-"));
    const file = join(folder, "own.tar");
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const taken = await takeOut({ url: fromUrl, key: OWN_KEY }, file, say);
    expect(taken).toMatchObject({ tenant: { id: "own" }, bytes: readFileSync(file).length });
    await forgetTenant();
    expect((await put(await tarOf(members.slice(4, 6)))).status).toBe(202);
    const restored = await putIn({ url: intoUrl, key: OTHER_KEY }, file, say, 20_000);
    expect(restored).toMatchObject({ tenant: "own", members: taken.members.length });
    expect(restored.found).toBeGreaterThan(0);
    expect(said.length).toBeGreaterThan(5);
    expect(await crawled({ url: intoUrl, key: restored.key.key })).toEqual(before);

    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, whole.length / 2));
    await expect(putIn({ url: intoUrl, key: OTHER_KEY }, file, say)).rejects.toThrow();
    whole[1000] = (whole[1000] ?? 0) ^ 1;
    writeFileSync(file, whole);
    await expect(putIn({ url: intoUrl, key: OTHER_KEY }, file, say)).rejects.toThrow("another digest");
    rmSync(folder, { recursive: true });
  });

  test("of an archive with a run under way: the run goes on, to the same result", async () => {
    const id = await leaveUnderWay({ url: fromUrl, key: OWN_KEY }, filled.dataset);
    const underWay = await exported(fromUrl, OWN_KEY);
    const there = await from.call("GET", `/v1/runs/${id}?wait=60`);
    await forgetTenant();
    const answer = await put(await tarOf(underWay));
    expect(answer.status).toBe(200);
    const { key: secret } = answer.body["key"] as { key: string };
    const here = await into.call("GET", `/v1/runs/${id}?wait=60`, { key: secret });
    expect(here.body).toMatchObject({ state: "succeeded", attempts: 2, resultDigest: there.body["resultDigest"] });
    expect(Number(there.body["attempts"])).toBe(1);
  });
});
