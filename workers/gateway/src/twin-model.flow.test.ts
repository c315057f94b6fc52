// The same random sequences of writes as in `workers/twins/testing/state-machine.ts`, over HTTP: every status, every state and
// every entry of the history is as the model says.

import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ERRORS, type ErrorCode } from "@eigentwin/core";
import { commands, judge, same, type Command, type State } from "@eigentwin/twins/testing/state-machine";
import { startTestDeployment, type Answer, type Call, type TestDeployment } from "../testing/deployment.ts";

const SEQUENCES = 10;
const SEED = 20_261_122;

let deployment: TestDeployment;
beforeAll(async () => {
  deployment = await startTestDeployment();
  for (const id of ["t1", "t2", "t3"]) await call("PUT", `/v1/twins/${id}`, { body: { type: "broken.gauge@1" } });
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options?: Call): Promise<Answer> => deployment.call(method, path, options);

type Write = Command & { do: "write" };

function send(id: string, { path, change, match, isNew }: Write, revision: number): Promise<Answer> {
  const place = [id, ...path.map((name) => encodeURIComponent(name))].join("/");
  const tag = match === "any" ? "*" : `"r${match === "old" ? revision - 1 : revision}"`;
  const headers: Record<string, string> = {
    ...(match !== "none" && { "if-match": tag }),
    ...(isNew && { "if-none-match": "*" }),
  };
  if (change.kind === "delete") return call("DELETE", `/v1/twins/${place}`, { headers });
  if (change.kind === "put") return call("PUT", `/v1/twins/${place}`, { body: change.value, headers });
  const kind = change.kind === "merge" ? "merge-patch" : "json-patch";
  headers["content-type"] = `application/${kind}+json`;
  return call("PATCH", `/v1/twins/${place}`, { body: change.patch, headers });
}

async function check(id: string, sequence: readonly Command[]): Promise<void> {
  const empty = { type: "broken.gauge@1" };
  let states: State[] = [{ properties: {}, desired: {}, links: {} }];
  let points = 0;
  expect((await call("PUT", `/v1/twins/${id}`, { body: empty })).status).toBe(201);
  for (const command of sequence) {
    const told = JSON.stringify(command);
    const state = states.at(-1) as State;
    if (command.do === "points") {
      const observedAt = new Date(Date.UTC(2026, 0, 1) + 1000 * (points += 1)).toISOString();
      const body = { points: [{ stream: "level", observedAt, value: points }] };
      expect((await call("POST", `/v1/twins/${id}/points`, { body })).status).toBe(200);
    } else if (command.do === "delete") {
      const tag = command.match === "any" ? "*" : `"r${states.length + (command.match === "old" ? -1 : 0)}"`;
      const headers: Record<string, string> = command.match === "none" ? {} : { "if-match": tag };
      const { status } = await call("DELETE", `/v1/twins/${id}`, { headers });
      expect(status, told).toBe({ none: 428, old: 412, any: 204, present: 204 }[command.match]);
      if (status !== 204) continue;
      expect((await call("GET", `/v1/twins/${id}`)).status).toBe(404);
      expect((await call("PUT", `/v1/twins/${id}`, { body: empty })).status).toBe(201);
      states = [{ properties: {}, desired: {}, links: {} }];
    } else {
      const verdict = judge(state, command);
      const { status, body } = await send(id, command, states.length);
      if ("refused" in verdict) {
        expect([status, body["code"]], told).toEqual([ERRORS[verdict.refused as ErrorCode].status, verdict.refused]);
        continue;
      }
      expect([200, 201], `${told} ${JSON.stringify(body)}`).toContain(status);
      if (!same(verdict.state, state)) states.push(verdict.state);
      expect(body["revision"], told).toBe(states.length);
    }
  }
  const { body: history } = await call("GET", `/v1/twins/${id}/history?limit=200`);
  expect(history["items"]).toHaveLength(states.length);
  for (const [index, state] of states.entries()) {
    const { properties, desired, links } = (await call("GET", `/v1/twins/${id}?revision=${index + 1}`)).body;
    expect(same({ properties, desired, links }, state), `revision ${index + 1}`).toBe(true);
  }
}

test(`${SEQUENCES} sequences over HTTP are as the model says (seed ${SEED})`, async () => {
  let twins = 0;
  await fc.assert(
    fc.asyncProperty(commands, (sequence) => check(`model-${(twins += 1)}`, sequence)),
    { numRuns: SEQUENCES, seed: SEED, endOnFailure: true },
  );
});
