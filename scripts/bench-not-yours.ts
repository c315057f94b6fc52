// Is "not yours" answered as fast as "not there"? Both are asked in turns, against a deployment of its own:
// `npm run bench:not-yours`. The answers' bytes are compared by a test; here only their times.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromHere, readArguments } from "./arguments.ts";
import { freePort, startDeployment, type Deployment } from "./deployment.ts";
import { quantile } from "./quantile.ts";
import { publish, type Figure } from "./report.ts";

const USAGE = `usage: npm run bench:not-yours -- [options]

  --turns N    questions of each kind (default: 400)
  --json FILE  the same figures as JSON
  --help`;

const { values: options } = readArguments(USAGE, {
  options: { turns: { type: "string", default: "400" }, json: { type: "string" }, help: { type: "boolean" } },
});
const turns = Number(options.turns);
const say = (line: string) => console.error(line);

async function timed(deployment: Deployment, path: string, key: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(deployment.url + path, { headers: { authorization: `Bearer ${key}` } });
  await response.arrayBuffer();
  if (response.status !== 404) throw new Error(`GET ${path} got ${response.status}, not 404`);
  return performance.now() - started;
}

async function made<T>(deployment: Deployment, key: string, path: string, body: object): Promise<T> {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await fetch(deployment.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${path} got ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** In turns, and in another order each time: what else the machine does falls on both alike. */
async function compare(deployment: Deployment, question: string, key: string, theirs: string, nobodys: string) {
  const times: [number[], number[]] = [[], []];
  for (let turn = -20; turn < turns; turn++)
    for (const which of turn % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const time = await timed(deployment, which === 0 ? theirs : nobodys, key);
      if (turn >= 0) times[which].push(time);
    }
  const [yours, there] = times.map((of) => of.sort((a, b) => a - b)) as [number[], number[]];
  const difference = quantile(yours, 0.5) - quantile(there, 0.5);
  const spread = quantile(there, 0.75) - quantile(there, 0.25);
  return {
    question,
    notYoursMs: quantile(yours, 0.5),
    notThereMs: quantile(there, 0.5),
    differenceMs: difference,
    spreadMs: spread,
    ofSpread: Math.abs(difference) / spread,
  };
}

const stateFolder = mkdtempSync(join(tmpdir(), "eigentwin-bench-"));
let deployment: Deployment | undefined;
try {
  const up = (deployment = await startDeployment({ stateFolder, port: await freePort(8890), say }));
  const administrator = readFileSync(up.administratorFile, "utf8");
  const other = await made<{ key: { key: string } }>(up, administrator, "/v1/tenants", { id: "other", name: "Other" });
  await made(up, up.key, "/v1/twins", { id: "engine-1", type: "aerospace.engine@1" });
  const scopes = ["twins:read"];
  const limited = await made<{ key: string }>(up, up.key, "/v1/keys", { name: "n", scopes, twinTypes: ["other.type"] });
  // Known to the Worker from its owner's own reading: that must not make it quicker for anybody else.
  await fetch(`${up.url}/v1/twins/engine-1`, { headers: { authorization: `Bearer ${up.key}` } });
  const paths = ["/v1/twins/engine-1", "/v1/twins/engine-2"] as const;
  const rows = [
    await compare(up, "another tenant's twin", other.key.key, ...paths),
    await compare(up, "a twin of another type", limited.key, ...paths),
  ];
  publish(
    {
      title: `"Not yours" against "not there", ${turns} questions of each in turns`,
      columns: [
        { key: "question" },
        { key: "notYoursMs", title: "not yours, median ms", digits: 3 },
        { key: "notThereMs", title: "not there, median ms", digits: 3 },
        { key: "differenceMs", title: "difference ms", digits: 3 },
        { key: "spreadMs", title: "interquartile range ms", digits: 3 },
      ],
      rows: rows as Record<string, Figure>[],
      bars: rows.map(({ question, ofSpread }) => ({
        name: `${question}: difference of medians, in interquartile ranges`,
        value: ofSpread,
        atMost: 0.5,
      })),
      notes: ["Over loopback, on this machine, as busy as it is; a network adds noise and takes nothing away."],
    },
    { json: options.json === undefined ? undefined : fromHere(options.json) },
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await deployment?.stop();
  rmSync(stateFolder, { recursive: true, force: true });
}
